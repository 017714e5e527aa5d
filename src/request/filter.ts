import type Database from 'better-sqlite3';
import type { Family } from '../model/address.js';
import type { Condition } from '../model/condition.js';
import type { Interval } from '../model/interval.js';
import type { NetnsPeriod } from '../model/namespace.js';
import type { HistoryFilter } from '../query/history-filter.js';
import { historyFilter } from '../query/history-filter.js';
import { recordedLookups } from '../query/recorded-lookups.js';
import { conditionOfIds, connectionIds } from './connection-ids.js';
import { ALL_NETNS, periodsOf } from './netns.js';
import type { Note } from './note.js';

export interface FilterOptions {
  readonly family?: Family | undefined;
  /** In which names of hosts and namespaces are looked up; undefined: the whole history. */
  readonly window?: Interval | undefined;
  /** `pid` and `comm` match the owners of this time; undefined: every one that a connection had. */
  readonly during?: Interval | undefined;
  /** As typed, or which namespaces, and when. */
  readonly netns?: string | readonly NetnsPeriod[] | undefined;
  /** The host of a fleet that the history is of: its name in lower case, and its id. */
  readonly machine?: readonly string[] | undefined;
  /** With which a command ends where no namespace ever had the name of `netns`; default: 2. */
  readonly exitWithoutNetns?: 1 | 2 | undefined;
  /** Receives which addresses host names resolved to, and the like. */
  readonly note: Note;
}

/**
 * The filter that a person typed for a history; undefined without one. Ids of connections may take its place.
 * @throws SstoryError of the filter language; `no-connection`
 */
export async function filterOf(
  database: Database.Database,
  words: readonly string[],
  { family, window, during, netns, machine, exitWithoutNetns, note }: FilterOptions,
): Promise<HistoryFilter | undefined> {
  if (words.length === 0 && family === undefined && netns === undefined) return undefined;
  const periods = await chosenPeriods(database, { netns, window, note, exitWithoutNetns });
  // It loads libc, which takes as long as everything else of a command.
  const { lookupsInside } = await import('./netns-lookups.js');
  const lookups = recordedLookups(database, window, lookupsInside(database, periods, window, note), note);
  const ids = connectionIds(words);
  const filter = await historyFilter(database, ids === undefined ? words : [], lookups, {
    ...{ family, during, netns: periods, machine },
  });
  return ids === undefined ? filter : { states: undefined, condition: both(conditionOfIds(database, ids), filter) };
}

/**
 * The network namespaces of `netns`, and when; undefined: all, always.
 * @throws SstoryError `no-netns`
 */
export async function chosenPeriods(
  database: Database.Database,
  { netns, window, exitWithoutNetns, note }: Pick<FilterOptions, 'netns' | 'window' | 'exitWithoutNetns' | 'note'>,
): Promise<readonly NetnsPeriod[] | undefined> {
  if (typeof netns !== 'string') return netns;
  if (netns === ALL_NETNS) return undefined;
  const { systemLookups } = await import('../sys/system-lookups.js');
  return periodsOf(netns, recordedLookups(database, window, systemLookups(), note), note, exitWithoutNetns);
}

function both(one: Condition, other: HistoryFilter | undefined): Condition {
  if (other === undefined) return one;
  const { sql, params } = other.condition;
  return { ...one, sql: `${one.sql} AND (${sql})`, params: { ...one.params, ...params } };
}
