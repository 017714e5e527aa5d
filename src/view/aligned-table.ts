import { printable } from '../model/printable.js';
import { cellCount, padToCells } from './terminal-cells.js';

/** Between two columns. */
const SPACE = '  ';

/** Rows as lines of equal columns; numbers, and what stands above them, are at the right of theirs. */
export function alignedTable(rows: readonly (readonly (string | number)[])[]): string[] {
  const isNumber = (rows[0] ?? []).map((_, index) => rows.some((row) => typeof row[index] === 'number'));
  const cells = rows.map((row) => row.map((cell) => printable(typeof cell === 'number' ? countText(cell) : cell)));
  const widths = isNumber.map((_, index) => Math.max(...cells.map((row) => cellCount(row[index] ?? ''))));
  return cells.map((row) =>
    row
      .map((cell, index) => {
        const width = widths[index] ?? 0;
        return isNumber[index] === true ? ' '.repeat(width - cellCount(cell)) + cell : padToCells(cell, width);
      })
      .join(SPACE)
      .trimEnd(),
  );
}

function countText(count: number): string {
  return count.toLocaleString('en');
}
