import type Database from 'better-sqlite3';
import type { NameEnd, NameRecord, NameSource } from '../model/name.js';

/** A row of the table `names`. */
export interface NameRow {
  readonly name: string;
  readonly address: string;
  readonly from_us: number;
  readonly to_us: number | null;
  readonly source: NameSource;
  readonly netns: number;
  readonly ended: NameEnd | null;
}

/** The most records that a new thread takes over. */
const MOST_KNOWN = 20_000;

/** Writes names: each batch in one transaction. */
export class NameWriter {
  private readonly writeAll: (records: readonly NameRecord[]) => void;

  constructor(database: Database.Database) {
    const upsert = database.prepare(
      `INSERT INTO names (name, address, from_us, to_us, source, netns, ended)
       VALUES (@name, @address, @fromUs, @toUs, @source, @netns, @ended)
       ON CONFLICT DO UPDATE SET to_us = excluded.to_us, ended = excluded.ended`,
    );
    this.writeAll = database.transaction((records: readonly NameRecord[]) => {
      for (const record of records) upsert.run({ ...record, toUs: record.toUs ?? null, ended: record.ended ?? null });
    });
  }

  /** Adds records. One that exists already (same name, address, source, namespace, beginning) gets the new end. */
  write(records: readonly NameRecord[]): void {
    this.writeAll(records);
  }
}

/** Before a new run: names without a TTL end at `atUs`, where the run before ends. */
export function endOpenNames(database: Database.Database, atUs: number): void {
  database.prepare('UPDATE names SET to_us = max(from_us, ?) WHERE to_us IS NULL').run(atUs);
}

/** The names without a TTL that hold still. */
export function openNames(database: Database.Database): NameRecord[] {
  return (database.prepare('SELECT * FROM names WHERE to_us IS NULL').all() as NameRow[]).map(nameOfRow);
}

/** The DNS records that may still be valid at `nowUs`, the oldest first. */
export function knownNames(database: Database.Database, nowUs: number): NameRecord[] {
  const rows = database
    .prepare(
      `SELECT * FROM names WHERE source = 'dns' AND to_us > @nowUs AND ended IS NULL ORDER BY from_us DESC LIMIT ${MOST_KNOWN}`,
    )
    .all({ nowUs }) as NameRow[];
  return rows.reverse().map(nameOfRow);
}

export function nameOfRow({ from_us, to_us, ended, ...row }: NameRow): NameRecord {
  return { ...row, fromUs: from_us, toUs: to_us ?? undefined, ended: ended ?? undefined };
}
