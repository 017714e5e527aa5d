/** Which row stands where: lanes, or groups with the lanes of those that are expanded below them. */
import type { LaneGroup } from '../../server/contract.js';

/** A lane, by its place among those of its group, or of all. */
export interface LanePlace {
  readonly within: string | undefined;
  readonly index: number;
}

/** A row: a group, or the lane at a place among those of its group, or of all where there are no groups. */
export type Row =
  | { readonly kind: 'group'; readonly group: LaneGroup; readonly isExpanded: boolean }
  | ({ readonly kind: 'lane' } & LanePlace);

/** Browsers cannot scroll further than about 16 million pixels. */
const MOST_ROWS = 500_000;

export class RowLayout {
  /** The row of each group; its lanes follow it. */
  private readonly starts: number[] = [];
  readonly count: number;

  /** `groups` undefined: `total` lanes and no groups. */
  constructor(
    private readonly groups: readonly LaneGroup[] | undefined,
    total: number,
    private readonly expanded: ReadonlySet<string>,
  ) {
    let row = 0;
    for (const group of groups ?? []) {
      this.starts.push(row);
      row += 1 + (expanded.has(group.key) ? group.connections : 0);
    }
    this.count = Math.min(MOST_ROWS, groups === undefined ? total : row);
  }

  rowAt(row: number): Row | undefined {
    if (row < 0 || row >= this.count) return undefined;
    if (this.groups === undefined) return { kind: 'lane', within: undefined, index: row };
    const place = this.groupAt(row);
    const group = this.groups[place];
    const start = this.starts[place];
    if (group === undefined || start === undefined) return undefined;
    if (row === start) return { kind: 'group', group, isExpanded: this.expanded.has(group.key) };
    return { kind: 'lane', within: group.key, index: row - start - 1 };
  }

  /** The row of the lane at a place; undefined where its group is not expanded. */
  rowOf({ within, index }: LanePlace): number | undefined {
    if (this.groups === undefined) return index < this.count ? index : undefined;
    const place = this.groups.findIndex(({ key }) => key === within);
    const start = this.starts[place];
    return start === undefined || !this.expanded.has(within ?? '') ? undefined : start + 1 + index;
  }

  /** The last group that starts at or before the row. */
  private groupAt(row: number): number {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] ?? 0) <= row) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** Rows from `first` up to and without `end`. */
export interface RowWindow {
  readonly first: number;
  readonly end: number;
}

/** Rows that are drawn at once more than can be seen, so that scrolling a little draws nothing. */
const SPARE_ROWS = 12;

/** The rows to have ready where `height` pixels are seen from `scrollTop` on. It changes only every few rows. */
export function windowAt(scrollTop: number, height: number, rowHeight: number, count: number): RowWindow {
  const step = SPARE_ROWS / 2;
  const first = Math.floor(Math.max(0, scrollTop / rowHeight - SPARE_ROWS) / step) * step;
  const seen = Math.ceil(height / rowHeight) + 1;
  const end = Math.ceil((scrollTop / rowHeight + seen + SPARE_ROWS) / step) * step;
  return { first: Math.min(first, Math.max(0, count - 1)), end: Math.min(count, end) };
}
