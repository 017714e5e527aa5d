import type Database from 'better-sqlite3';

/** Where a run recorded. */
export interface RunPlace {
  readonly bootId: string;
  /** undefined: not known. */
  readonly initialNetns: number | undefined;
}

/** The run that covers a time, or else the last one before; undefined: none. */
export function runAt(database: Database.Database, us: number): RunPlace | undefined {
  const row = database
    .prepare<[number], { bootId: string; initialNetns: number | null }>(
      'SELECT boot_id AS bootId, initial_netns AS initialNetns FROM runs WHERE started_us <= ? ORDER BY started_us DESC, id DESC LIMIT 1',
    )
    .get(us);
  return row === undefined ? undefined : { bootId: row.bootId, initialNetns: row.initialNetns ?? undefined };
}
