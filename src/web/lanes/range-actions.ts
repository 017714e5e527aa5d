/** What changes the range: zooming, panning, choosing. The overview, the axis, the lanes and the keys use the same. */
import { hold, info, range } from '../info.js';
import { select } from '../selection.js';
import { allowed, everything, rangeSelection, recordedSpan } from './range-choice.js';
import { moved, type Span, scaled } from './time-scale.js';

/** Wheels have no end: this long after its last turn, the range is let go. */
const WHEEL_REST_MS = 350;

/** Shows a span, or the nearest one that is recorded. `preview`: while it is dragged; the range stands still until it is let go. */
export function showSpan(span: Span, how: 'push' | 'preview' = 'push'): void {
  const known = info.peek();
  const recorded = known === undefined ? undefined : recordedSpan(known);
  if (known === undefined || recorded === undefined) return;
  const nearest = allowed(span, recorded);
  if (how === 'preview') {
    hold(true);
    select({ from: Math.floor(nearest.fromUs), to: Math.ceil(nearest.toUs) }, 'preview');
  } else {
    select(rangeSelection(nearest, known));
    hold(false);
  }
}

/** Lets go what was dragged: the range that is shown becomes a step of the Back button. */
export function settle(): void {
  const shown = range.peek();
  if (shown !== undefined) showSpan(shown);
}

/** Scales the range; `aroundUs` stays where it is. */
export function zoom(factor: number, aroundUs?: number, how: 'push' | 'preview' = 'push'): void {
  const shown = range.peek();
  if (shown === undefined) return;
  showSpan(scaled(shown, factor, aroundUs ?? (shown.fromUs + shown.toUs) / 2), how);
}

/** Moves the range by a share of its length; to the right if positive. */
export function pan(share: number, how: 'push' | 'preview' = 'push'): void {
  const shown = range.peek();
  if (shown !== undefined) showSpan(moved(shown, share * (shown.toUs - shown.fromUs)), how);
}

export function showEverything(): void {
  const known = info.peek();
  if (known !== undefined) select(everything(known));
}

let timer: ReturnType<typeof setTimeout> | undefined;

/** Lets the range go when there was no turn of the wheel for a while. */
export function settleSoon(): void {
  clearTimeout(timer);
  timer = setTimeout(settle, WHEEL_REST_MS);
}
