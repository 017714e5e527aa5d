import type { RowOrder } from '../../query/replay/replay-table.js';
import type { Action } from './keys.js';

/** Which part of a table longer than the screen is shown, and in which order. */
export class TableScroll {
  order: RowOrder = 'opened';
  private first = 0;
  private room = 1;

  /** Handles the keys for order and scrolling; false for others. */
  act(action: Action): boolean {
    if (action.kind === 'order') {
      this.order = this.order === 'opened' ? 'changed' : 'opened';
      this.first = 0;
      return true;
    }
    if (action.kind !== 'scroll') return false;
    const { by, direction } = action;
    const far = by === 'all' ? Number.MAX_SAFE_INTEGER : by === 'page' ? Math.max(1, this.room - 1) : 1;
    this.first = Math.max(0, this.first + direction * far);
    return true;
  }

  /** Scrolls just enough to show a row; -1: it is not in the table. */
  reveal(index: number, room: number): void {
    if (index < 0) return;
    if (index < this.first) this.first = index;
    else if (index >= this.first + room) this.first = index - room + 1;
  }

  /** The rows that fit, and the index of the first. */
  part<T>(rows: readonly T[], room: number): { readonly rows: readonly T[]; readonly firstRow: number } {
    this.room = room;
    this.first = Math.min(this.first, Math.max(0, rows.length - room));
    return { rows: rows.slice(this.first, this.first + room), firstRow: this.first };
  }
}
