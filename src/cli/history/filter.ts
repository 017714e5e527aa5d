import type Database from 'better-sqlite3';
import type { Family } from '../../model/address.js';
import type { Interval } from '../../model/interval.js';
import type { HistoryFilter } from '../../query/history-filter.js';
import { historyFilter } from '../../query/history-filter.js';
import { recordedLookups } from '../../query/recorded-lookups.js';
import { systemLookups } from '../../sys/system-lookups.js';
import { say } from '../output/say.js';

/**
 * The filter of a command over history; undefined without one. Notes on stderr report which addresses its names resolved to.
 * @param window in which host names are looked up; undefined: the whole history
 */
export function filterOf(
  database: Database.Database,
  words: readonly string[],
  family?: Family,
  window?: Interval,
): Promise<HistoryFilter | undefined> {
  return historyFilter(database, words, recordedLookups(database, window, systemLookups(), say), family);
}
