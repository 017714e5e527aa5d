/** How far a history reaches. */
import type Database from 'better-sqlite3';
import type { Interval } from '../model/interval.js';
import { runEndUs } from '../model/run.js';
import { IN_TAIL } from '../store/closed-index.js';
import { OPEN_CLASS } from '../store/life-class.js';
import { CLOSED_SOCKETS } from '../store/lives-layout.js';
import { readRuns } from '../store/runs.js';
import { CLOSED_CLASSES } from './lives.js';

/**
 * When the database begins and ends: the earliest and the latest time that a run has recorded; undefined if empty. Where the wall clock was
 * stepped back, that is not the start of the first run, or the end of the last one.
 */
export function recordedSpan(database: Database.Database): Interval | undefined {
  const runs = readRuns(database);
  if (runs.length === 0) return undefined;
  const steps = runs.flatMap(({ clockSteps }) => clockSteps);
  const from = [...runs.map(({ startedUs }) => startedUs), ...steps.map(({ atUs }) => atUs)];
  return { fromUs: Math.min(...from), toUs: Math.max(...runs.map(runEndUs)) };
}

/** When the earliest known connection was opened (or first seen), microseconds; undefined in an empty database. */
export function earliestOpeningUs(database: Database.Database): number | undefined {
  const openings = [
    `SELECT min(opened_us) FROM socket WHERE life_class = ${OPEN_CLASS}`,
    `SELECT min(opened_us) FROM socket WHERE ${IN_TAIL}`,
    ...CLOSED_CLASSES.map(
      (lifeClass) => `SELECT min(opened_us) FROM ${CLOSED_SOCKETS}
        WHERE class = ${lifeClass} AND slot = (SELECT min(slot) FROM closed_life WHERE class = ${lifeClass})`,
    ),
  ];
  const found = database.prepare(openings.join(' UNION ALL ')).pluck().all() as (number | null)[];
  const times = found.filter((us) => us !== null);
  return times.length === 0 ? undefined : Math.min(...times);
}

/** When the log begins: with the opening of a connection, or with a gap. Undefined in a database with neither. */
export function earliestEntryUs(database: Database.Database): number | undefined {
  const gapUs = database.prepare('SELECT min(from_us) FROM gaps').pluck().get() as number | null;
  const openedUs = earliestOpeningUs(database);
  return gapUs === null ? openedUs : Math.min(gapUs, openedUs ?? gapUs);
}
