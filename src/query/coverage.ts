/** What a history can know of a period: whether events were recorded then, and whether something was deleted from it. */
import type Database from 'better-sqlite3';
import type { Interval } from '../model/interval.js';
import { SLICE_OF_SOME } from '../model/run-note.js';
import { readPruned } from '../store/prunings.js';
import { readRuns } from '../store/runs.js';

/**
 * Whether a run with BPF touches the period. Only then are retransmits, resets and errors known one by one; without, that none is
 * recorded means nothing.
 */
export function hasEvents(database: Database.Database, { fromUs, toUs }: Interval): boolean {
  return readRuns(database).some(
    (run) => run.source === 'bpf' && run.startedUs <= toUs && (run.endedUs ?? run.lastUs) >= fromUs,
  );
}

/** How much of what the host recorded is in the database: `all`; `sent`: a slice of what it sent to a fleet; `some`: not even all closed connections. */
export type Extent = 'all' | 'sent' | 'some';

export function extentOf(database: Database.Database): Extent {
  const notes = readRuns(database).flatMap((run) => run.notes.filter(({ subject }) => subject === 'fleet'));
  if (notes.length === 0) return 'all';
  return notes.some(({ text }) => text === SLICE_OF_SOME.text) ? 'some' : 'sent';
}

/** Whether connections were ever deleted: then "never seen" is only about what is left. */
export function wasPruned(database: Database.Database): boolean {
  return readPruned(database) !== undefined;
}
