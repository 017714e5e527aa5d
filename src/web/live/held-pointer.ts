/** Nothing moves under the pointer: the range stays while it is pressed, and lists stay while it rests over them. */
import { computed, signal } from '@preact/signals';
import { hold, paused } from '../info.js';

const isOver = signal(false);
/** A finger rests nowhere: lists wait until they are asked for. */
const touches = matchMedia('(hover: none)');
const hasTouch = signal(touches.matches);
touches.addEventListener('change', () => {
  hasTouch.value = touches.matches;
});

/** What is shown above or below a pointer must keep its height. */
export const isPointedAt = computed(() => isOver.value || hasTouch.value);

/** For the element that holds the views. */
export const heldUnderPointer = {
  onPointerEnter(): void {
    isOver.value = true;
  },
  onPointerLeave(): void {
    isOver.value = false;
  },
  onPointerDown(): void {
    hold(true);
    const release = () => {
      if (!paused.value) hold(false);
      removeEventListener('pointerup', release);
      removeEventListener('pointercancel', release);
    };
    addEventListener('pointerup', release);
    addEventListener('pointercancel', release);
  },
};
