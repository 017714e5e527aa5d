import type Database from 'better-sqlite3';

/** Where a run recorded. */
export interface RunPlace {
  readonly bootId: string;
  /** undefined: not known. */
  readonly initialNetns: number | undefined;
  /** Wall clock minus boot clock when it started, microseconds. */
  readonly clockOffsetUs: number;
}

/** The run that covers a time, or else the last one before; undefined: none. */
export function runAt(database: Database.Database, us: number): RunPlace | undefined {
  const row = database
    .prepare<[number], { bootId: string; initialNetns: number | null; clockOffsetUs: number }>(
      'SELECT boot_id AS bootId, initial_netns AS initialNetns, clock_offset_us AS clockOffsetUs FROM runs WHERE started_us <= ? ORDER BY started_us DESC, id DESC LIMIT 1',
    )
    .get(us);
  return row === undefined ? undefined : { ...row, initialNetns: row.initialNetns ?? undefined };
}
