import type { CellBytes } from './cell-bytes.js';

/** Of a piece, unless a single line needs more. */
const PIECE_BYTES = 131_072;
const LINE_FEED = 0x0a;

/** A column of a line. */
export interface LaidColumn {
  /** Of its cell in the row. */
  readonly index: number;
  /** Its text is filled up with spaces to so many cells of the terminal. */
  readonly width: number;
  /** Spaces before it. */
  readonly gap: number;
  /** Its text is aligned to the right. */
  readonly right: boolean;
}

/** Lines that are laid out one behind the other, as bytes. */
export class LinePiece {
  private bytes = Buffer.alloc(0);
  private at = 0;
  /** Bytes of a line besides its text, at most. */
  private readonly blank: number;

  /** @param columns those that are shown */
  constructor(private readonly columns: readonly LaidColumn[]) {
    this.blank = columns.reduce((sum, { gap, width }) => sum + gap + width, 1);
  }

  /** Whether a row fits into this piece. */
  hasRoom(cells: CellBytes, row: number): boolean {
    return this.at === 0 || this.at + this.mostBytes(cells, row) <= this.bytes.length;
  }

  /** Adds the line of a row. */
  add(cells: CellBytes, row: number): void {
    if (this.at === 0) this.bytes = Buffer.alloc(Math.max(PIECE_BYTES, this.mostBytes(cells, row)), ' ');
    const { bytes } = this;
    const { bytes: text } = cells;
    let { at } = this;
    const first = row * cells.perRow;
    for (const { index, width, gap, right } of this.columns) {
      const cell = first + index;
      const from = startOf(cells, cell);
      const to = cells.ends[cell] as number;
      const missing = Math.max(0, width - (cells.widths[cell] as number));
      at += right ? gap + missing : gap;
      for (let byte = from; byte < to; byte++) bytes[at++] = text[byte] as number;
      if (!right) at += missing;
    }
    bytes[at] = LINE_FEED;
    this.at = at + 1;
  }

  /** The lines so far; the next ones begin another piece. */
  take(): Uint8Array {
    const lines = this.bytes.subarray(0, this.at);
    this.at = 0;
    return lines;
  }

  private mostBytes(cells: CellBytes, row: number): number {
    const first = row * cells.perRow;
    return this.blank + (cells.ends[first + cells.perRow - 1] as number) - startOf(cells, first);
  }
}

function startOf({ ends }: CellBytes, cell: number): number {
  return cell === 0 ? 0 : (ends[cell - 1] as number);
}
