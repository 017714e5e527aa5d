/** Notes about what is missing from a window of the history. */

import type Database from 'better-sqlite3';
import { counted } from '../model/counted.js';
import { type Gap, mayLackTransitions } from '../model/gap.js';
import type { Interval } from '../model/interval.js';
import { noteLine } from '../model/run-note.js';
import { localTime } from '../model/time-text.js';
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
export function noteGaps(gaps: readonly Gap[], { fromUs, toUs }: Interval, note: Note): void {
  const count = gaps.filter((gap) => mayLackTransitions(gap) && gap.toUs >= fromUs && gap.fromUs <= toUs).length;
  if (count === 0) return;
  const gapWords = count === 1 ? 'a gap' : counted(count, 'gap');
  note(`the record has ${gapWords} in this window: connections, states and events may be missing`);
}

/** Reports which names the runs of a window missed or left out. */
export function noteMissedNames(database: Database.Database, { fromUs, toUs }: Interval, note: Note): void {
  for (const run of readRuns(database)) {
    if (run.startedUs > toUs || (run.endedUs ?? run.lastUs) < fromUs) continue;
    for (const each of run.notes) if (each.subject === 'names') note(`run ${run.id}: ${noteLine(each)}`);
  }
}
