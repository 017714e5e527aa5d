/** Brings the row of a connection into view, and gives it the focus. */
import { effect } from '@preact/signals';
import { openConnection } from '../selection.js';
import { pages, rowLayout } from './lane-source.js';
import { activeRow, expandGroup, showRow } from './lane-view.js';

/** Nothing happens where the connection is not among those of the range. */
export async function reveal(id: number): Promise<void> {
  const place = await pages.peek()?.placeOf(id);
  if (place === undefined) return;
  if (place.within !== undefined) expandGroup(place.within);
  const row = rowLayout.peek().rowOf(place);
  if (row === undefined) return;
  activeRow.value = row;
  // Behind the frame that lays out the rows: a panel that opens takes a part of them on a phone.
  requestAnimationFrame(() => showRow(row));
}

/** Of an address that opens a connection: once, when its rows are here. @returns ends it */
export function revealAtFirst(): () => void {
  const id = openConnection.peek();
  if (id === undefined) return () => undefined;
  let isDone = false;
  return effect(() => {
    if (isDone || pages.value === undefined) return;
    isDone = true;
    void reveal(id).catch(() => undefined);
  });
}
