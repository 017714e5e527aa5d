/** The two cursors: setting, moving and removing them. */
import { cursor, secondCursor, select } from '../selection.js';

export type Which = 'first' | 'second';

/** Sets a cursor. The second one needs the first. */
export function setCursor(us: number, which: Which = 'first', how: 'push' | 'preview' = 'push'): void {
  const wanted = Math.round(us);
  if (which === 'first' || cursor.peek() === undefined) select({ at: wanted }, how);
  else select({ and: wanted }, how);
}

/** Removes the second one; or the first with it, so that the second becomes the first where there is one. */
export function removeCursor(which: Which): void {
  if (which === 'second') select({ and: undefined });
  else select({ at: secondCursor.peek(), and: undefined });
}

export function removeCursors(): void {
  select({ at: undefined, and: undefined });
}
