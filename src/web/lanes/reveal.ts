/** Brings the row of a connection into view, and gives it the focus. */
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
