/** Notes about what is missing from a window of the history. */

import type Database from 'better-sqlite3';
import { counted } from '../model/counted.js';
import { type Gap, mayLackTransitions } from '../model/gap.js';
import type { Interval } from '../model/interval.js';
import type { NetnsPeriod } from '../model/namespace.js';
import { noteLine } from '../model/run-note.js';
import { localTime } from '../model/time-text.js';
import { timesTwice } from '../query/clock-set-back.js';
import { missingBeforeSnapshot } from '../query/first-snapshot.js';
import { readPruned } from '../store/prunings.js';
import { readRuns } from '../store/runs.js';
import type { Note } from './note.js';

/** Reports that connections of the history from `fromUs` on were pruned, if they were: they did exist. */
export function notePruned(database: Database.Database, fromUs: number, note: Note): void {
  const pruned = readPruned(database);
  if (pruned === undefined || fromUs > pruned.throughUs) return;
  note(
    `pruned: connections that closed up to ${localTime(pruned.throughUs)} were deleted ` +
      `(${pruned.connections.toLocaleString('en')} in all), with the gaps of that time: only the rest is shown`,
  );
}

/** Reports the gaps within a window. A step of the wall clock is listed as a gap, but nothing is missing from it. */
export function noteGaps(gaps: readonly Gap[], window: Interval, note: Note): void {
  const { fromUs, toUs } = window;
  const inWindow = gaps.filter((gap) => mayLackTransitions(gap) && gap.toUs >= fromUs && gap.fromUs <= toUs);
  const pauses = inWindow.filter(({ reason }) => reason === 'tracer');
  const losses = inWindow.length - pauses.length;
  if (pauses.length > 0) note(pauseText(pauses, window));
  if (losses === 0) return;
  const gapWords = losses === 1 ? 'a gap' : counted(losses, 'gap');
  note(`the record has ${gapWords} in this window: connections, states and events may be missing`);
}

/** `not recording from T1 to T2`, of several: how many, and the longest. */
function pauseText(pauses: readonly Gap[], window: Interval): string {
  const lengthOf = (gap: Gap) => Math.min(gap.toUs, window.toUs) - Math.max(gap.fromUs, window.fromUs);
  const [longest] = pauses.toSorted((a, b) => lengthOf(b) - lengthOf(a));
  if (longest === undefined) return '';
  const period = `from ${localTime(longest.fromUs)} to ${localTime(longest.toUs)}`;
  const rest = 'no recorder was running, and what happened then is unknown';
  if (pauses.length === 1) return `not recording ${period}: ${rest}`;
  return `not recording in ${pauses.length} periods of this window, the longest ${period}: ${rest}`;
}

/**
 * Reports that the sockets from before a run are not known yet at a time, for no snapshot of the run had been taken.
 * @param periods the network namespaces that are asked for; undefined: all
 */
export function noteBeforeSnapshot(
  database: Database.Database,
  us: number,
  periods: readonly NetnsPeriod[] | undefined,
  note: Note,
): void {
  const missing = missingBeforeSnapshot(database, us, periods && new Set(periods.map(({ netns }) => netns)));
  if (missing !== undefined) note(`no snapshot had been taken yet at ${localTime(us)}: ${missing}`);
}

/** Reports that a time, or a part of a window, came twice, as the wall clock was set back. */
export function noteClockSetBack(database: Database.Database, window: Interval, note: Note): void {
  for (const text of timesTwice(database, window, localTime)) note(text);
}

/** Reports which names the runs of a window missed or left out. */
export function noteMissedNames(database: Database.Database, { fromUs, toUs }: Interval, note: Note): void {
  for (const run of readRuns(database)) {
    if (run.startedUs > toUs || (run.endedUs ?? run.lastUs) < fromUs) continue;
    for (const each of run.notes) if (each.subject === 'names') note(`run ${run.id}: ${noteLine(each)}`);
  }
}
