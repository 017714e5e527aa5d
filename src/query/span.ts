/** How far a history reaches. */
import type Database from 'better-sqlite3';
import type { Interval } from '../model/interval.js';
import { LAST_CLASS, OPEN_CLASS } from '../store/life-class.js';
import { readRuns } from '../store/runs.js';

/** When the database begins and ends: from the start of the first run to the last update of the last one; undefined if empty. */
export function recordedSpan(database: Database.Database): Interval | undefined {
  const runs = readRuns(database);
  const first = runs[0];
  if (first === undefined) return undefined;
  return { fromUs: first.startedUs, toUs: Math.max(...runs.map((run) => run.endedUs ?? run.lastUs)) };
}

/** When the earliest known connection was opened (or first seen), microseconds; undefined in an empty database. */
export function earliestOpeningUs(database: Database.Database): number | undefined {
  const statement = database.prepare('SELECT min(opened_us) AS us FROM socket WHERE life_class = ?').pluck();
  let earliest: number | undefined;
  for (let lifeClass = OPEN_CLASS; lifeClass <= LAST_CLASS; lifeClass++) {
    const us = statement.get(lifeClass) as number | null;
    if (us !== null && (earliest === undefined || us < earliest)) earliest = us;
  }
  return earliest;
}
