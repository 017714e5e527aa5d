import type Database from 'better-sqlite3';
import type { Family } from '../../model/address.js';
import type { Condition } from '../../model/condition.js';
import type { Interval } from '../../model/interval.js';
import { everIn, type HistoryFilter, historyFilter } from '../../query/history-filter.js';
import { recordedLookups } from '../../query/recorded-lookups.js';
import { systemLookups } from '../../sys/system-lookups.js';

/**
 * The filter of a command line over history; undefined where there is none. Stderr says what names were resolved to.
 * @param window in which host names are looked up, the whole recording where undefined
 */
export function filterOf(
  database: Database.Database,
  words: readonly string[],
  family?: Family,
  window?: Interval,
): Promise<HistoryFilter | undefined> {
  const note = (text: string) => process.stderr.write(`sstory: ${text}\n`);
  return historyFilter(database, words, recordedLookups(database, window, systemLookups(), note), family);
}

/** The same as a condition, where `state X` means: was ever in X. */
export async function everConditionOf(
  database: Database.Database,
  words: readonly string[],
  window?: Interval,
): Promise<Condition | undefined> {
  return everIn(await filterOf(database, words, undefined, window));
}
