/** Nothing moves under a pressed pointer: the range stays while one drags over the views. */
import { hold, paused } from '../info.js';

/** For the element that holds the views. */
export const heldWhilePressed = {
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
