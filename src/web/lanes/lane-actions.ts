/** What the keys do with the lanes, the range and the cursors. */
import type { Lane, LaneAnswer, Overview } from '../../server/contract.js';
import { address, getJson } from '../api.js';
import { range } from '../info.js';
import { cursor, filter, openConnection, secondCursor, select, togglePin } from '../selection.js';
import { detailsOf } from './connection-details.js';
import { removeCursors, setCursor } from './cursors.js';
import { pages, rowLayout } from './lane-source.js';
import { activeRow, hoverUs, scroller, showRow } from './lane-view.js';
import { openGroup } from './open-group.js';
import { pan, showEverything, showSpan, zoom } from './range-actions.js';
import { reveal } from './reveal.js';
import { type Span, widened } from './time-scale.js';

const ZOOM_STEP = 0.5;
const PAN_STEP = 0.25;
const LIFE_MARGIN = 0.15;

export const zoomIn = (): void => zoom(ZOOM_STEP, hoverUs.peek());
export const zoomOut = (): void => zoom(1 / ZOOM_STEP, hoverUs.peek());
export const panLeft = (): void => pan(-PAN_STEP);
export const panRight = (): void => pan(PAN_STEP);
export const everything = showEverything;

/** The row that is `by` rows further gets the focus. */
function moveRow(by: number): void {
  const last = rowLayout.peek().count - 1;
  if (last < 0) return;
  activeRow.value = Math.max(0, Math.min(last, activeRow.peek() + by));
  showRow(activeRow.peek());
  // The focus shows which one it is.
  scroller.peek()?.focus({ preventScroll: true });
}
export const rowDown = (): void => moveRow(1);
export const rowUp = (): void => moveRow(-1);
export const pageDown = (): void => moveRow(20);
export const pageUp = (): void => moveRow(-20);
export const firstRow = (): void => moveRow(Number.NEGATIVE_INFINITY);
export const lastRow = (): void => moveRow(Number.POSITIVE_INFINITY);

/** Opens the connection of the row that has the focus; of a group, shows or hides its lanes. */
export function openRow(): void {
  const row = rowLayout.peek().rowAt(activeRow.peek());
  if (row?.kind === 'group') openGroup(row.group.key);
  const lane = activeLane();
  if (lane !== undefined) select({ socket: lane.connection_id });
}

function activeLane(): Lane | undefined {
  return pages.peek()?.laneOf(rowLayout.peek().rowAt(activeRow.peek()));
}

/** The connection that is open in the panel, else that of the row with the focus. */
function selectedConnection(): number | undefined {
  return openConnection.peek() ?? activeLane()?.connection_id;
}

/** Keeps the selected connection above the others, or does so no more. */
export function pin(): void {
  const id = selectedConnection();
  if (id !== undefined) togglePin(id);
}

/** Shows the whole life of a connection. */
export function fitLane({ opened_us, closed_us }: Pick<Lane, 'opened_us' | 'closed_us'>): void {
  const toUs = closed_us ?? range.peek()?.toUs ?? opened_us;
  // A connect that is refused at once has no length.
  showSpan(widened({ fromUs: opened_us, toUs: Math.max(toUs, opened_us + 1000) }, LIFE_MARGIN));
}

/** Shows the life of the selected connection. */
export async function fit(): Promise<void> {
  const id = selectedConnection();
  if (id !== undefined) fitLane((await detailsOf(id)).lane);
}

/** Sets the cursor at the pointer, then the second one, then removes both. */
export function mark(): void {
  const shown = range.peek();
  if (shown === undefined) return;
  const us = hoverUs.peek() ?? (shown.fromUs + shown.toUs) / 2;
  if (cursor.peek() === undefined) setCursor(us);
  else if (secondCursor.peek() === undefined) setCursor(us, 'second');
  else removeCursors();
}

/** The cursor goes to the next, or the previous, change of the selected connection. */
async function toTransition(direction: 1 | -1): Promise<void> {
  const id = selectedConnection();
  if (id === undefined) return;
  const { stays, lane } = await detailsOf(id);
  const times = [...stays.map(({ from_us }) => from_us), ...(lane.closed_us === null ? [] : [lane.closed_us])];
  const ordered = [...new Set(times)].sort((a, b) => a - b);
  const from = cursor.peek();
  const found =
    direction === 1
      ? ordered.find((us) => from === undefined || us > from)
      : ordered.findLast((us) => from === undefined || us < from);
  if (found !== undefined) goTo(found, { socket: id });
}
export const nextTransition = (): Promise<void> => toTransition(1);
export const previousTransition = (): Promise<void> => toTransition(-1);

/** Sets the cursor, and moves the range to it if it lies outside. */
function goTo(us: number, more: { readonly socket?: number } = {}): void {
  const shown = range.peek();
  if (shown !== undefined && (us < shown.fromUs || us > shown.toUs)) {
    const halfUs = (shown.toUs - shown.fromUs) / 2;
    showSpan({ fromUs: us - halfUs, toUs: us + halfUs });
  }
  select({ at: us, ...more });
}

const FAILURE_BUCKETS = 500;

/** The cursor goes to the next, or the previous, failure in the range, and its connection is opened. */
async function toFailure(direction: 1 | -1): Promise<void> {
  const shown = range.peek();
  if (shown === undefined) return;
  const from = cursor.peek();
  const isInside = from !== undefined && from >= shown.fromUs && from <= shown.toUs;
  const start = isInside ? from : direction === 1 ? shown.fromUs : shown.toUs;
  // Of the failure that the cursor stands at, the next one is after it.
  const us = await failureIn(
    direction === 1
      ? { fromUs: isInside ? start + 1 : start, toUs: shown.toUs }
      : { fromUs: shown.fromUs, toUs: start },
    direction,
  );
  if (us === undefined) return;
  const at = { from: us, to: us, width: 1, sort: 'worst', limit: 1, filter: filter.peek() };
  const { lanes } = await getJson<LaneAnswer>(address('timeline', at));
  const lane = lanes[0];
  goTo(us, lane === undefined ? {} : { socket: lane.connection_id });
  if (lane !== undefined) await reveal(lane.connection_id);
}
export const nextFailure = (): Promise<void> => toFailure(1);
export const previousFailure = (): Promise<void> => toFailure(-1);

/** The time of the first, or the last, failure of a span: looked for in ever shorter buckets, which fill their span exactly. */
async function failureIn(span: Span, direction: 1 | -1): Promise<number | undefined> {
  let [fromUs, toUs] = [Math.floor(span.fromUs), Math.ceil(span.toUs)];
  while (toUs > fromUs) {
    const bucketUs = Math.ceil((toUs - fromUs) / FAILURE_BUCKETS);
    const buckets = Math.ceil((toUs - fromUs) / bucketUs);
    const beginUs = direction === 1 ? fromUs : toUs - buckets * bucketUs;
    const asked = { from: beginUs, to: beginUs + buckets * bucketUs, buckets, filter: filter.peek() };
    const { failed } = await getJson<Overview>(address('overview', asked));
    const bucket = direction === 1 ? failed.findIndex((n) => n > 0) : failed.findLastIndex((n) => n > 0);
    if (bucket < 0) return undefined;
    fromUs = beginUs + bucket * bucketUs;
    if (bucketUs === 1) return fromUs;
    toUs = fromUs + bucketUs;
  }
  return undefined;
}
