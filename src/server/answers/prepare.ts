import { FIRST_SHOWN_US } from '../../model/first-shown.js';
import { spanIn } from '../../request/recorded-window.js';
import type { LaneIndexes } from '../lanes/lane-indexes.js';
import type { Asked } from './asked.js';
import { wholeIndexOf } from './indexed.js';

/** Answers nothing: reads what a page asks first, before it asks: the index of the range that it opens with. */
export async function prepare(asked: Asked, indexes: LaneIndexes): Promise<void> {
  const span = spanIn(asked.database);
  if (span === undefined) return;
  const { fromUs, toUs, grows } = span;
  // The end of a growing range is the clock's.
  const firstUs = grows ? Math.max(fromUs, Date.now() * 1_000 - FIRST_SHOWN_US) : fromUs;
  wholeIndexOf(asked, { fromUs: Math.floor(firstUs), toUs: Math.max(toUs, firstUs + 1) }, indexes);
}
