/** What the pointer rests on, and what is known of it. */
import { signal } from '@preact/signals';
import { detailsOf } from './connection-details.js';
import { pages, rowLayout } from './lane-source.js';

export interface Hovered {
  /** -1: not on a lane. */
  readonly row: number;
  /** From the left edge of the lanes. */
  readonly pixel: number;
  /** In the window. */
  readonly x: number;
  readonly y: number;
}

export const hovered = signal<Hovered | undefined>(undefined);

/** The pixels say much already; the server is asked for the rest when the pointer rests. */
const REST_MS = 120;
let timer: ReturnType<typeof setTimeout> | undefined;

export function hoverAt(at: Hovered): void {
  hovered.value = at;
  clearTimeout(timer);
  const lane = pages.peek()?.laneOf(rowLayout.peek().rowAt(at.row));
  if (lane !== undefined) timer = setTimeout(() => void detailsOf(lane.connection_id).catch(() => undefined), REST_MS);
}

export function hoverEnd(): void {
  clearTimeout(timer);
  hovered.value = undefined;
}
