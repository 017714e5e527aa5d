import type Database from 'better-sqlite3';
import type { Connection } from '../model/connection.js';
import { decodeAdditions } from '../store/additions-codec.js';
import { connectionById } from './connection-by-id.js';
import { GAP_COLUMNS, gapOfRow } from './gaps.js';
import type { LogEntry } from './transition-log.js';

interface RecentRow {
  readonly seq: number;
  readonly changes: string;
}

/**
 * Follows a database that is being recorded into: every commit lists which steps of which connections it added, so
 * nothing is missed or reported twice. The list goes back ten seconds.
 */
export class Follower {
  private lastSeq: number;
  private lastGap: number;
  private dataVersion: number;

  /** `everyPoll`: look even when no other connection has written (SQLite's data_version), for a writer in this process. */
  constructor(
    private readonly database: Database.Database,
    private readonly options: { readonly everyPoll?: boolean } = {},
  ) {
    this.lastSeq = this.number('SELECT coalesce(max(seq), 0) AS n FROM recent');
    this.lastGap = this.number('SELECT coalesce(max(id), 0) AS n FROM gaps');
    this.dataVersion = this.version();
  }

  /** What was added since the last call, oldest first; `missed` if the list no longer reaches back to it. */
  poll(): { readonly entries: readonly LogEntry<Connection>[]; readonly missed: boolean } {
    const version = this.version();
    if (version === this.dataVersion && this.options.everyPoll !== true) return { entries: [], missed: false };
    this.dataVersion = version;
    return this.database.transaction(() => this.readNew())();
  }

  private readNew(): { entries: LogEntry<Connection>[]; missed: boolean } {
    const rows = this.database
      .prepare('SELECT seq, changes FROM recent WHERE seq > ? ORDER BY seq')
      .all(this.lastSeq) as RecentRow[];
    const first = rows[0];
    const missed = first !== undefined && first.seq > this.lastSeq + 1;
    this.lastSeq = rows.at(-1)?.seq ?? this.lastSeq;
    const entries = [...this.newGaps(), ...this.newSteps(rows)];
    return { entries: entries.sort((a, b) => a.atUs - b.atUs), missed };
  }

  private newSteps(rows: readonly RecentRow[]): LogEntry<Connection>[] {
    const firstNewStep = new Map<number, number>();
    for (const row of rows) {
      for (const added of decodeAdditions(row.changes)) {
        if (!firstNewStep.has(added.connectionId)) firstNewStep.set(added.connectionId, added.firstNewStep);
      }
    }
    return [...firstNewStep].flatMap(([id, from]) => {
      const connection = connectionById(this.database, id);
      if (connection === undefined) return [];
      return connection.steps
        .slice(from)
        .map((step): LogEntry<Connection> => ({ kind: 'transition', atUs: step.atUs, connection, step }));
    });
  }

  private newGaps(): LogEntry<Connection>[] {
    const rows = this.database
      .prepare(`SELECT id, ${GAP_COLUMNS} FROM gaps WHERE id > ? ORDER BY id`)
      .all(this.lastGap) as (Parameters<typeof gapOfRow>[0] & { id: number })[];
    this.lastGap = rows.at(-1)?.id ?? this.lastGap;
    return rows.map((row) => ({ kind: 'gap', atUs: row.from_us, gap: gapOfRow(row) }));
  }

  private version(): number {
    return Number(this.database.pragma('data_version', { simple: true }));
  }

  private number(sql: string): number {
    return (this.database.prepare(sql).get() as { n: number }).n;
  }
}
