/** The index of the connections that a request is about. */
import type { Interval } from '../../model/interval.js';
import type { HistoryFilter } from '../../query/history-filter.js';
import { spanIn } from '../../request/recorded-window.js';
import { type FoundIndex, type LaneIndexes, MOST_INDEXED } from '../lanes/lane-indexes.js';
import { isTimeless } from '../lanes/timeless.js';
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
  const filter = await asked.filter(window);
  const knownUs = spanIn(asked.database)?.toUs ?? window.fromUs;
  const key = JSON.stringify([words, netns ?? null]);
  return { ...indexes.of({ window, filter, key, isTimeless: isTimeless(words, netns), knownUs }), knownUs, filter };
}

/** Of all in the range. */
export function wholeIndexOf(asked: Asked, window: Interval, indexes: LaneIndexes): IndexOfRange {
  const knownUs = spanIn(asked.database)?.toUs ?? window.fromUs;
  const filter = undefined;
  return { ...indexes.of({ window, filter, key: '[[],null]', isTimeless: true, knownUs }), knownUs, filter };
}
