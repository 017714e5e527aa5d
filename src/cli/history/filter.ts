import type Database from 'better-sqlite3';
import type { NetnsPeriod } from '../../model/namespace.js';
import type { HistoryFilter } from '../../query/history-filter.js';
import {
  chosenPeriods,
  type FilterOptions as FilterRequest,
  filterOf as requestedFilter,
} from '../../request/filter.js';
import { say } from '../output/say.js';

/** `note`: by default its lines go to stderr. */
export type FilterOptions = Partial<FilterRequest>;

/**
 * The filter of a command over history; undefined without one. Ids of connections may take its place.
 * @throws SstoryError of the filter language; `no-connection`
 */
export function filterOf(
  database: Database.Database,
  words: readonly string[],
  options: FilterOptions = {},
): Promise<HistoryFilter | undefined> {
  return requestedFilter(database, words, { note: say, ...options });
}

/**
 * The network namespaces of -N, and when; undefined: all. They can be given to `filterOf` in the place of what was typed.
 * @throws SstoryError `no-netns`
 */
export function netnsOf(
  database: Database.Database,
  options: Pick<FilterOptions, 'netns' | 'window' | 'exitWithoutNetns'>,
): Promise<readonly NetnsPeriod[] | undefined> {
  return chosenPeriods(database, { note: say, ...options });
}
