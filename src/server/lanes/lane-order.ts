/** The order of lanes. */
import type { Interval } from '../../model/interval.js';
import type { Sort } from '../contract.js';
import type { LaneIndex } from './lane-index.js';

/** The rows that are in a range, in order. */
export function lanesInOrder(
  index: LaneIndex,
  rows: Int32Array,
  { sort, window, knownUs }: { sort: Sort; window: Interval; knownUs: number },
): Int32Array {
  return rows.slice().sort(comparing(index, { sort, window, knownUs }));
}

/** The rows of connections that exist in a range. */
export function rowsIn(index: LaneIndex, { fromUs, toUs }: Interval): Int32Array {
  const rows = new Int32Array(index.count);
  let count = 0;
  for (let row = 0; row < index.count; row++)
    if (index.opened(row) <= toUs && index.closed(row) >= fromUs && !index.isReplaced(row)) rows[count++] = row;
  return rows.subarray(0, count);
}

type Compare = (one: number, other: number) => number;

function comparing(
  index: LaneIndex,
  { sort, window, knownUs }: { sort: Sort; window: Interval; knownUs: number },
): Compare {
  const { ranks: openings } = index;
  const byOpening: Compare = (one, other) => (openings[one] ?? 0) - (openings[other] ?? 0);
  switch (sort) {
    case 'opened':
      return byOpening;
    case 'worst': {
      const worst = new Uint8Array(index.count);
      for (let row = 0; row < index.count; row++) worst[row] = index.trouble(row, window, knownUs) ?? NO_TROUBLE;
      return (one, other) => (worst[one] ?? 0) - (worst[other] ?? 0) || byOpening(other, one);
    }
    case 'duration': {
      const life = (row: number) => Math.min(index.closed(row), knownUs) - index.opened(row);
      return (one, other) => life(other) - life(one) || byOpening(one, other);
    }
    case 'process': {
      const ranks = index.comms.ranks();
      const rank = (row: number) => ranks[index.comm(row)] ?? 0;
      return (one, other) => rank(one) - rank(other) || byOpening(one, other);
    }
    case 'peer': {
      const ranks = index.addresses.ranks();
      const rank = (row: number) => ranks[index.peer(row)] ?? 0;
      return (one, other) =>
        rank(one) - rank(other) || index.remotePort(one) - index.remotePort(other) || byOpening(one, other);
    }
    case 'local': {
      const ranks = index.addresses.ranks();
      const rank = (row: number) => ranks[index.local(row)] ?? 0;
      return (one, other) =>
        index.localPort(one) - index.localPort(other) || rank(one) - rank(other) || byOpening(one, other);
    }
  }
}

/** Sorted behind every trouble. */
const NO_TROUBLE = 255;
