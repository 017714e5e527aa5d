/** Pointers on something that can be dragged: one pans, two pinch, and a short one without a move is a click. */

export interface Point {
  /** Pixels from the left edge of the element. */
  readonly x: number;
  readonly event: PointerEvent;
}

export interface Gestures {
  /** Whether a drag may begin here; a plain click is reported in any case. */
  readonly start?: (point: Point) => boolean;
  readonly move: (point: Point, from: Point) => void;
  /** `cancelled`: the browser took it for scrolling, or Escape was pressed. */
  readonly end: (point: Point, from: Point, cancelled: boolean) => void;
  readonly click?: (point: Point) => void;
  /** Two fingers: the pixel between them, and how much further apart they are than at the last call. */
  readonly pinch?: (x: number, factor: number, movedBy: number) => void;
  readonly pinchEnd?: () => void;
}

/** Less is a click with an unsteady hand. */
const LEAST_MOVE = 4;

interface Pressed {
  readonly from: Point;
  last: Point;
  isDragging: boolean;
}

/** Listens to an element. @returns ends it */
export function watchGestures(element: HTMLElement, gestures: Gestures): () => void {
  const pressed = new Map<number, Pressed>();
  let wasPinched = false;
  const pointOf = (event: PointerEvent): Point => ({
    x: event.clientX - element.getBoundingClientRect().left,
    event,
  });

  const down = (event: PointerEvent) => {
    if (event.button !== 0 || pressed.size >= 2) return;
    const from = pointOf(event);
    if (gestures.start?.(from) === false) return;
    if (pressed.size === 0) listen(true);
    pressed.set(event.pointerId, { from, last: from, isDragging: false });
    if (pressed.size === 2) wasPinched = true;
  };
  const move = (event: PointerEvent) => {
    const one = pressed.get(event.pointerId);
    if (one === undefined) return;
    const point = pointOf(event);
    if (pressed.size === 2) {
      pinch(event.pointerId, point);
      one.last = point;
      return;
    }
    one.last = point;
    if (!one.isDragging && Math.abs(point.x - one.from.x) < LEAST_MOVE) return;
    if (!one.isDragging) element.setPointerCapture(event.pointerId);
    one.isDragging = true;
    if (!wasPinched) gestures.move(point, one.from);
  };
  const pinch = (moving: number, point: Point) => {
    const [first, second] = [...pressed];
    if (first === undefined || second === undefined) return;
    const fixed = first[0] === moving ? second[1].last : first[1].last;
    const before = pressed.get(moving)?.last.x ?? point.x;
    const apart = Math.max(8, Math.abs(point.x - fixed.x));
    const wereApart = Math.max(8, Math.abs(before - fixed.x));
    gestures.pinch?.((point.x + fixed.x) / 2, wereApart / apart, (point.x - before) / 2);
  };
  const up = (event: PointerEvent, cancelled: boolean) => {
    const one = pressed.get(event.pointerId);
    if (one === undefined) return;
    pressed.delete(event.pointerId);
    if (pressed.size === 0) listen(false);
    if (wasPinched) {
      if (pressed.size === 0) {
        wasPinched = false;
        gestures.pinchEnd?.();
      }
    } else if (one.isDragging) gestures.end(cancelled ? one.last : pointOf(event), one.from, cancelled);
    else if (!cancelled) gestures.click?.(pointOf(event));
  };
  const ended = (event: PointerEvent) => up(event, false);
  const cancelled = (event: PointerEvent) => up(event, true);
  const key = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    event.stopImmediatePropagation();
    for (const { last } of [...pressed.values()]) up(last.event, true);
  };
  // A quick pointer leaves a small element before it has moved far enough for a drag.
  const listen = (isOn: boolean) => {
    const change = isOn ? addEventListener : removeEventListener;
    change('pointermove', move);
    change('pointerup', ended);
    change('pointercancel', cancelled);
    change('keydown', key, { capture: true });
  };
  element.addEventListener('pointerdown', down);
  return () => {
    element.removeEventListener('pointerdown', down);
    listen(false);
  };
}
