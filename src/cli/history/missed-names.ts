import type Database from 'better-sqlite3';
import type { Interval } from '../../model/interval.js';
import { noteLine } from '../../model/run-note.js';
import { readRuns } from '../../store/runs.js';

/** Says on stderr what the recordings of a window missed of names, or left out. */
export function noteMissedNames(database: Database.Database, { fromUs, toUs }: Interval): void {
  for (const run of readRuns(database)) {
    if (run.startedUs > toUs || (run.endedUs ?? run.lastUs) < fromUs) continue;
    for (const note of run.notes)
      if (note.subject === 'names') process.stderr.write(`sstory: recording ${run.id}: ${noteLine(note)}\n`);
  }
}
