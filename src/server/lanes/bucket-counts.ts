/** Numbers over time, from an index: the same as query/socket-counts.ts and query/opening-counts.ts read from the database. */
import type { Buckets } from '../../query/opening-counts.js';
import { PAINTS } from '../contract.js';
import type { LaneIndex } from './lane-index.js';
import { LAST_ENDING } from './paint.js';

export interface BucketCounts {
  /** By state, the number at the beginning of each bucket; states in which none was are left out. */
  readonly states: ReadonlyMap<string, readonly number[]>;
  readonly opened: readonly number[];
  readonly failed: readonly number[];
}

/** Counts the rows of an index. `knownUs`: up to where the history is known. */
export function bucketCounts(index: LaneIndex, { fromUs, stepUs, count }: Buckets, knownUs: number): BucketCounts {
  const changes = PAINTS.map(() => new Int32Array(count + 1));
  const opened = new Array<number>(count).fill(0);
  const failed = new Array<number>(count).fill(0);
  const add = (counts: number[], us: number) => {
    const place = Math.floor((us - fromUs) / stepUs);
    if (place >= 0 && place < count) counts[place] = (counts[place] ?? 0) + 1;
  };
  const firstFrom = (us: number) => Math.min(count, Math.max(0, Math.ceil((us - fromUs) / stepUs)));
  // What comes after is not known.
  const known = firstFrom(knownUs + 1);
  const put = (beganUs: number, endedUs: number, paint: number) => {
    if (paint <= LAST_ENDING) {
      add(failed, beganUs);
      return;
    }
    const first = firstFrom(beganUs);
    const end = Math.min(firstFrom(endedUs), known);
    const change = changes[paint];
    if (change === undefined || first >= end) return;
    change[first] = (change[first] ?? 0) + 1;
    change[end] = (change[end] ?? 0) - 1;
  };
  for (let row = 0; row < index.count; row++) {
    if (index.isReplaced(row)) continue;
    add(opened, index.opened(row));
    index.segments(row, put);
  }
  return { states: sums(changes, count), opened, failed };
}

function sums(changes: readonly Int32Array[], count: number): Map<string, number[]> {
  const states = new Map<string, number[]>();
  for (const [paint, change] of changes.entries()) {
    let now = 0;
    const counts = Array.from({ length: count }, (_, bucket) => (now += change[bucket] ?? 0));
    if (counts.some((each) => each > 0)) states.set(PAINTS[paint] ?? '', counts);
  }
  return states;
}
