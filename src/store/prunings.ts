import type Database from 'better-sqlite3';

/** What was deleted from a history. */
interface Pruned {
  /** Some or all connections that closed at or before this time are deleted; no others are. */
  readonly throughUs: number;
  readonly connections: number;
}

/** What was deleted; undefined if nothing was. */
export function readPruned(database: Database.Database): Pruned | undefined {
  const row = database
    .prepare('SELECT max(through_us) AS throughUs, sum(connections) AS connections FROM prunings')
    .get() as { throughUs: number | null; connections: number | null };
  return row.throughUs === null ? undefined : { throughUs: row.throughUs, connections: row.connections ?? 0 };
}
