import type Database from 'better-sqlite3';

/** What was taken out of a history. */
export interface Pruned {
  /** Of what closed at or before this, some or all is gone; nothing else is. */
  readonly throughUs: number;
  readonly connections: number;
}

/** What was taken out; undefined where nothing was. */
export function readPruned(database: Database.Database): Pruned | undefined {
  const row = database
    .prepare('SELECT max(through_us) AS throughUs, sum(connections) AS connections FROM prunings')
    .get() as { throughUs: number | null; connections: number | null };
  return row.throughUs === null ? undefined : { throughUs: row.throughUs, connections: row.connections ?? 0 };
}
