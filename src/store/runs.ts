import type Database from 'better-sqlite3';
import type { Connection } from '../model/connection.js';
import { OPEN_CLASS } from './life-class.js';
import { CONNECTION_COLUMNS, connectionOfValues, type SocketValues } from './socket-columns.js';

/** Where a run's facts come from: BPF programs, sock_diag alone, or one file that `ss -D` wrote. */
export type RunSource = 'bpf' | 'diag' | 'ss-dump';

/** One recording into a database. */
export interface RunStart {
  readonly host: string;
  readonly bootId: string;
  readonly kernel: string;
  readonly sstory: string;
  readonly bpftrace: string | undefined;
  readonly source: RunSource;
  readonly transport: string | undefined;
  readonly intervalUs: number;
  readonly pid: number;
  readonly startedUs: number;
  readonly clockOffsetUs: number;
  readonly notes: string;
}

export interface Run extends RunStart {
  readonly id: number;
  /** Up to where its history is known to be complete, but for its gaps: a recorder at work tells it every second or so. */
  readonly lastUs: number;
  readonly endedUs: number | undefined;
  /** `clean`, or why it ended otherwise; undefined: it was killed, or runs still. */
  readonly end: string | undefined;
}

interface RunRow {
  readonly id: number;
  readonly host: string;
  readonly boot_id: string;
  readonly kernel: string;
  readonly sstory: string;
  readonly bpftrace: string | null;
  readonly source: RunSource;
  readonly transport: string | null;
  readonly interval_us: number;
  readonly pid: number;
  readonly started_us: number;
  readonly last_us: number;
  readonly ended_us: number | null;
  readonly end: string | null;
  readonly clock_offset_us: number;
  readonly notes: string;
}

/** All recordings, oldest first. */
export function readRuns(database: Database.Database): Run[] {
  return (database.prepare('SELECT * FROM runs ORDER BY id').all() as RunRow[]).map((row) => ({
    id: row.id,
    host: row.host,
    bootId: row.boot_id,
    kernel: row.kernel,
    sstory: row.sstory,
    bpftrace: row.bpftrace ?? undefined,
    source: row.source,
    transport: row.transport ?? undefined,
    intervalUs: row.interval_us,
    pid: row.pid,
    startedUs: row.started_us,
    lastUs: row.last_us,
    endedUs: row.ended_us ?? undefined,
    end: row.end ?? undefined,
    clockOffsetUs: row.clock_offset_us,
    notes: row.notes,
  }));
}

/** Keeps the row of the recording that is under way. */
export class RunRecord {
  private readonly beatStatement: Database.Statement;
  private readonly clockSteps: { atUs: number; stepUs: number }[] = [];
  readonly id: number;
  private readonly notes: Map<string, string>;

  constructor(
    private readonly database: Database.Database,
    start: RunStart,
  ) {
    this.notes = new Map(start.notes === '' ? [] : [['', start.notes]]);
    const result = database
      .prepare(
        `INSERT INTO runs (host, boot_id, kernel, sstory, bpftrace, source, transport, interval_us, pid, started_us, last_us,
           clock_offset_us, notes)
         VALUES (@host, @bootId, @kernel, @sstory, @bpftrace, @source, @transport, @intervalUs, @pid, @startedUs, @startedUs,
           @clockOffsetUs, @notes)`,
      )
      .run({ ...start, bpftrace: start.bpftrace ?? null, transport: start.transport ?? null });
    this.id = Number(result.lastInsertRowid);
    this.beatStatement = database.prepare('UPDATE runs SET last_us = ? WHERE id = ?');
  }

  /** Notes that the recorder is alive, and how far the history is complete: from there on, that of a killed one has a gap. */
  beat(throughUs: number): void {
    this.beatStatement.run(throughUs, this.id);
  }

  /** Keeps a step of the wall clock against the boot clock, microseconds. */
  clockStep(atUs: number, stepUs: number): void {
    this.clockSteps.push({ atUs, stepUs });
    const steps = JSON.stringify(this.clockSteps.map((step) => ({ at_us: step.atUs, step_us: step.stepUs })));
    this.database.prepare('UPDATE runs SET clock_steps = ? WHERE id = ?').run(steps, this.id);
  }

  /** Adds to what is said about this recording, in place of what was said of this subject before. */
  note(subject: string, text: string): void {
    this.notes.set(subject, text);
    const notes = [...this.notes.values()].join('; ');
    this.database.prepare('UPDATE runs SET notes = ? WHERE id = ?').run(notes, this.id);
  }

  end(throughUs: number, how: string): void {
    this.database
      .prepare('UPDATE runs SET last_us = @throughUs, ended_us = @throughUs, "end" = @how WHERE id = @id')
      .run({ throughUs, how, id: this.id });
  }
}

/** The connections that are open as far as the database knows. */
export function readOpenConnections(database: Database.Database): Connection[] {
  const select = database.prepare(`SELECT ${CONNECTION_COLUMNS} FROM socket WHERE life_class = ?`).raw();
  return (select.all(OPEN_CLASS) as SocketValues[]).map(connectionOfValues);
}

/** The id that the next new connection gets. */
export function nextConnectionId(database: Database.Database): number {
  const row = database.prepare('SELECT coalesce(max(id), 0) + 1 AS id FROM socket').get() as { id: number };
  return row.id;
}

/** Remembers the paths of cgroups by id. */
export function writeCgroups(database: Database.Database, paths: Iterable<readonly [number, string]>): void {
  const insert = database.prepare('INSERT OR REPLACE INTO cgroup (id, path) VALUES (?, ?)');
  for (const [id, path] of paths) insert.run(id, path);
}
