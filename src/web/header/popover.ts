/** What opens under a button closes when one goes elsewhere. */
import type { Signal } from '@preact/signals';
import type { RefObject } from 'preact';

/** Closes on a click outside of `place`, when the focus leaves it, and on Escape, which gives the focus back to its button. */
export function closesOnLeave(place: RefObject<HTMLElement | null>, isOpen: Signal<boolean>): () => void {
  const leave = (event: Event) => {
    const target = event.type === 'focusout' ? (event as FocusEvent).relatedTarget : event.target;
    if (isOpen.peek() && target instanceof Node && place.current?.contains(target) === false) isOpen.value = false;
  };
  const close = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !isOpen.peek()) return;
    event.stopPropagation();
    isOpen.value = false;
    place.current?.querySelector<HTMLElement>('[aria-expanded]')?.focus();
  };
  const element = place.current;
  document.addEventListener('pointerdown', leave);
  element?.addEventListener('focusout', leave);
  element?.addEventListener('keydown', close);
  return () => {
    document.removeEventListener('pointerdown', leave);
    element?.removeEventListener('focusout', leave);
    element?.removeEventListener('keydown', close);
  };
}
