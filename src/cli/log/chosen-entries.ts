import type Database from 'better-sqlite3';
import type { Condition } from '../../model/condition.js';
import type { Interval } from '../../model/interval.js';
import { lastOf, logBackwards, withGapAround } from '../../query/log-backwards.js';
import { earliestEntryUs } from '../../query/span.js';
import { type LogEntry, logBetween } from '../../query/transition-log.js';

export interface EntryChoice {
  readonly window: Interval;
  readonly condition: Condition | undefined;
  /** Which of them; undefined: all. */
  readonly isWanted: ((entry: LogEntry) => boolean) | undefined;
  /** Only the last so many transitions; gaps do not count. */
  readonly count: number | undefined;
  readonly newestFirst: boolean;
}

/** The entries of a log, in the order in which they are shown. */
export function chosenEntries(
  database: Database.Database,
  { window, condition, isWanted, count, newestFirst }: EntryChoice,
): Iterable<LogEntry> {
  const first = earliestEntryUs(database);
  if (first === undefined || count === 0) return [];
  const [fromUs, toUs] = [Math.max(window.fromUs, first), window.toUs];
  if (count === undefined && !newestFirst) return passing(logBetween(database, fromUs, toUs, condition), isWanted);
  const backwards = passing(logBackwards(database, fromUs, toUs, condition), isWanted);
  if (count === undefined) return backwards;
  const chosen = withGapAround(database, fromUs, lastOf(backwards, count));
  const last = isWanted === undefined ? chosen : chosen.filter(isWanted);
  return newestFirst ? last : last.reverse();
}

function passing(entries: Iterable<LogEntry>, isWanted: EntryChoice['isWanted']): Iterable<LogEntry> {
  return isWanted === undefined ? entries : wantedOf(entries, isWanted);
}

function* wantedOf(entries: Iterable<LogEntry>, isWanted: (entry: LogEntry) => boolean): Generator<LogEntry> {
  for (const entry of entries) if (isWanted(entry)) yield entry;
}
