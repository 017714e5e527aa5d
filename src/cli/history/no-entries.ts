import type Database from 'better-sqlite3';
import { earliestOpeningUs } from '../../query/span.js';
import { readPruned } from '../../store/prunings.js';
import { say } from '../output/say.js';

/** Reports an answer without a transition, as journalctl does. */
export function noteNoEntries(database: Database.Database): void {
  if (earliestOpeningUs(database) === undefined && readPruned(database) === undefined) say('nothing is recorded yet');
  else process.stderr.write('-- no entries --\n');
}
