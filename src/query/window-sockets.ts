/** The sockets of a window, the fastest way: of a wide one by reading the whole table, of a narrow one by their lifetimes. */

import type { Interval } from '../model/interval.js';
import { type LivesQuery, livesBetween } from './lives.js';

/** The share of the recorded time below which `closed_life` is faster than the whole table. */
const NARROW_SHARE = 0.1;

/** One SELECT for use in a larger statement, with the parameters @fromUs and @toUs. @param span the recorded time */
export function windowSockets(span: Interval, { fromUs, toUs }: Interval, query: LivesQuery): string {
  if (toUs - fromUs < (span.toUs - span.fromUs) * NARROW_SHARE) return livesBetween(query);
  const { select, where, closedOnly = false } = query;
  const open = closedOnly ? '' : 'closed_us IS NULL OR ';
  return `SELECT ${select} FROM socket WHERE opened_us <= @toUs AND (${open}closed_us >= @fromUs) AND (${where})`;
}
