/** The pointer on the lanes: a drag pans, a wheel with Ctrl or Alt zooms, two fingers pinch, a double click fits a connection. */
import type { Lane } from '../../server/contract.js';
import { range } from '../info.js';
import { watchGestures } from './gestures.js';
import { fitLane } from './lane-actions.js';
import { type Area, hoverAt, hoverEnd, laneIn } from './lane-hover.js';
import { hoverX, isPointed, laneLeft, laneTop, laneWidth, rowHeight } from './lane-view.js';
import { pan, settle, settleSoon, showSpan, zoom } from './range-actions.js';
import { lengthOf, moved, type Span, timeAt } from './time-scale.js';

/** So many pixels of a wheel double the range. */
const ZOOM_RATE = 1.0025;

/** Listens to the element that has the rows. @returns ends it */
export function watchLaneArea(element: HTMLElement, area: Area): () => void {
  const laneX = (clientX: number) => clientX - element.getBoundingClientRect().left - laneLeft.peek();
  const isInLane = (event: MouseEvent) => laneX(event.clientX) >= 0 && laneX(event.clientX) < laneWidth.peek();
  const usAtPointer = (event: MouseEvent): number | undefined => {
    const shown = range.peek();
    return shown === undefined ? undefined : timeAt(laneX(event.clientX), shown, laneWidth.peek());
  };
  const rowAt = (event: MouseEvent): number =>
    Math.floor((event.clientY - element.getBoundingClientRect().top + element.scrollTop) / rowHeight.peek());

  let began: Span | undefined;
  const endGestures = watchGestures(element, {
    start: ({ event }) => {
      began = range.peek();
      return isInLane(event);
    },
    move: ({ x }, from) => {
      if (began === undefined) return;
      element.classList.add('is-panning');
      showSpan(moved(began, ((from.x - x) / laneWidth.peek()) * lengthOf(began)), 'preview');
    },
    end: (_point, _from, cancelled) => {
      element.classList.remove('is-panning');
      if (cancelled && began !== undefined) showSpan(began, 'preview');
      settle();
      suppressClick(element);
    },
    pinch: (x, factor, movedBy) => {
      const shown = range.peek();
      if (shown === undefined) return;
      zoom(factor, timeAt(x - laneLeft.peek(), shown, laneWidth.peek()), 'preview');
      pan(-movedBy / laneWidth.peek(), 'preview');
    },
    pinchEnd: settle,
  });

  const wheel = (event: WheelEvent) => {
    const isZoom = event.ctrlKey || event.altKey || event.metaKey;
    const sideways = event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX;
    if (!isZoom && Math.abs(sideways) <= Math.abs(event.shiftKey ? 0 : event.deltaY)) return;
    event.preventDefault();
    if (isZoom) zoom(ZOOM_RATE ** event.deltaY, isInLane(event) ? usAtPointer(event) : undefined, 'preview');
    else pan(sideways / Math.max(1, laneWidth.peek()), 'preview');
    settleSoon();
  };
  const hover = (event: PointerEvent) => {
    isPointed.value = event.pointerType !== 'touch';
    if (!isInLane(event) || event.buttons !== 0 || event.pointerType === 'touch') return leave();
    hoverX.value = laneX(event.clientX);
    const y = (event.clientY - element.getBoundingClientRect().top + element.scrollTop) % rowHeight.peek();
    hoverAt({
      area,
      row: y < laneTop.peek() ? -1 : rowAt(event),
      pixel: laneX(event.clientX),
      x: event.clientX,
      y: event.clientY,
    });
  };
  const leave = () => {
    hoverX.value = undefined;
    hoverEnd();
  };
  const out = () => {
    isPointed.value = false;
    leave();
  };
  // The first click of two opens the panel: the second one may be on another row, or on the panel.
  let clicked: Lane | undefined;
  const remember = (event: MouseEvent) => {
    if (event.detail !== 1) return;
    const isHere = event.target instanceof Node && element.contains(event.target) && isInLane(event);
    clicked = isHere ? laneIn(area, rowAt(event)) : undefined;
  };
  const fit = () => {
    if (clicked !== undefined) fitLane(clicked);
  };
  element.addEventListener('wheel', wheel, { passive: false });
  element.addEventListener('pointermove', hover);
  element.addEventListener('pointerleave', out);
  addEventListener('click', remember, { capture: true });
  addEventListener('dblclick', fit);
  return () => {
    endGestures();
    element.removeEventListener('wheel', wheel);
    element.removeEventListener('pointermove', hover);
    element.removeEventListener('pointerleave', out);
    removeEventListener('click', remember, { capture: true });
    removeEventListener('dblclick', fit);
  };
}

/** The click that follows a drag opens nothing. */
function suppressClick(element: HTMLElement): void {
  const stop = (event: Event) => event.stopPropagation();
  element.addEventListener('click', stop, { capture: true, once: true });
  setTimeout(() => element.removeEventListener('click', stop, { capture: true }), 0);
}
