import type Database from 'better-sqlite3';
import { localTime } from '../../model/time-text.js';
import { readPruned } from '../../store/prunings.js';

/** Says on stderr that the history from `fromUs` on was pruned, where it was: what is missing there did exist. */
export function notePruned(database: Database.Database, fromUs: number): void {
  const pruned = readPruned(database);
  if (pruned === undefined || fromUs > pruned.throughUs) return;
  const count = pruned.connections.toLocaleString('en');
  process.stderr.write(
    `sstory: pruned: connections that closed up to ${localTime(pruned.throughUs)} were taken out (${count} in all), with the gaps of that time: only what stayed is shown\n`,
  );
}
