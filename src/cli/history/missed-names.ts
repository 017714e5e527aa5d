import type Database from 'better-sqlite3';
import type { Recorded } from '../../query/transition-log.js';
import { readRuns } from '../../store/runs.js';

/** Says on stderr what the recordings of a window missed of names, or left out. */
export function noteMissedNames(database: Database.Database, { startUs, endUs }: Recorded): void {
  for (const run of readRuns(database)) {
    if (run.startedUs > endUs || (run.endedUs ?? run.lastUs) < startUs) continue;
    for (const note of run.notes.split('; '))
      if (note.startsWith('names: ')) process.stderr.write(`sstory: recording ${run.id}: ${note}\n`);
  }
}
