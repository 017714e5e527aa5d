/** The index of the connections that a request is about. */
import type { Interval } from '../../model/interval.js';
import type { HistoryFilter } from '../../query/history-filter.js';
import { spanIn } from '../../request/recorded-window.js';
import { reachOf } from '../lanes/filter-reach.js';
import { type FoundIndex, type LaneIndexes, MOST_INDEXED } from '../lanes/lane-indexes.js';
import type { Asked } from './asked.js';

/** Of an index that is cut off. */
export const CUT_NOTE = `more than ${MOST_INDEXED.toLocaleString('en')} connections: a part of them is shown, narrow the range or the filter`;

export interface IndexOfRange extends FoundIndex {
  readonly filter: HistoryFilter | undefined;
  /** Up to where the history is known. */
  readonly knownUs: number;
}

/** Of those that `filter` and `netns` select. */
export async function indexOf(asked: Asked, window: Interval, indexes: LaneIndexes): Promise<IndexOfRange> {
  const { words, query } = asked;
  const netns = query.text('netns');
  const knownUs = spanIn(asked.database)?.toUs ?? window.fromUs;
  // Who gets a connection later counts too, where the index follows the recorder.
  const filter = await asked.filter(window.toUs < knownUs ? window : { ...window, toUs: Number.MAX_SAFE_INTEGER });
  const key = JSON.stringify([words, netns ?? null]);
  return { ...indexes.of({ window, filter, key, reach: reachOf(words, netns), knownUs }), knownUs, filter };
}

/** Of all in the range. */
export function wholeIndexOf(asked: Asked, window: Interval, indexes: LaneIndexes): IndexOfRange {
  const knownUs = spanIn(asked.database)?.toUs ?? window.fromUs;
  const filter = undefined;
  return {
    ...indexes.of({ window, filter, key: '[[],null]', reach: reachOf([], undefined), knownUs }),
    knownUs,
    filter,
  };
}
