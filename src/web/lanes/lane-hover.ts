/** What the pointer rests on, and what is known of it. */
import { signal } from '@preact/signals';
import type { Lane } from '../../server/contract.js';
import { detailsOf } from './connection-details.js';
import { pages, rowLayout } from './lane-source.js';
import { pinnedLanes } from './pinned-source.js';

/** The rows, or the pinned ones above them. */
export type Area = 'rows' | 'pinned';

export interface Hovered {
  readonly area: Area;
  /** -1: not on a lane. */
  readonly row: number;
  /** From the left edge of the lanes. */
  readonly pixel: number;
  /** In the window. */
  readonly x: number;
  readonly y: number;
}

/** The lane of a row, if it was loaded. */
export function laneIn(area: Area, row: number): Lane | undefined {
  return area === 'pinned' ? pinnedLanes.peek()[row]?.lane : pages.peek()?.laneOf(rowLayout.peek().rowAt(row));
}

export const hovered = signal<Hovered | undefined>(undefined);

/** The pixels say much already; the server is asked for the rest when the pointer rests. */
const REST_MS = 120;
let timer: ReturnType<typeof setTimeout> | undefined;

export function hoverAt(at: Hovered): void {
  hovered.value = at;
  clearTimeout(timer);
  const lane = laneIn(at.area, at.row);
  if (lane !== undefined) timer = setTimeout(() => void detailsOf(lane.connection_id).catch(() => undefined), REST_MS);
}

export function hoverEnd(): void {
  clearTimeout(timer);
  hovered.value = undefined;
}
