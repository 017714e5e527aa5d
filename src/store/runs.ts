import type Database from 'better-sqlite3';
import { type Backlog, NOTHING_WAITS } from '../model/backlog.js';
import type { Connection } from '../model/connection.js';
import type { Ownership } from '../model/owner.js';
import type { ClockStep, Run, RunStart } from '../model/run.js';
import { notesOf, notesText, type RunNote, type RunNoteSubject } from '../model/run-note.js';
import { settleReached } from './foreseen.js';
import { plainRows } from './history-tables.js';
import { OPEN_CLASS } from './life-class.js';
import { CONNECTION_COLUMNS, connectionOfValues, type SocketValues } from './socket-columns.js';

/** All runs, oldest first. */
export function readRuns(database: Database.Database): Run[] {
  const rows = [...plainRows(database, 'run', '1')].sort((one, other) => one.id - other.id);
  return rows.map((row) => ({ ...row, notes: notesOf(row.notes) }));
}

/** Keeps the row of the run that is under way. */
export class RunRecord {
  private readonly beatStatement: Database.Statement;
  private readonly clockSteps: ClockStep[] = [];
  private readonly laterNotes = new Map<RunNoteSubject, RunNote>();
  readonly id: number;

  constructor(
    private readonly database: Database.Database,
    private readonly start: RunStart,
  ) {
    const result = database
      .prepare(
        `INSERT INTO runs (host, boot_id, kernel, sstory, bpftrace, source, transport, interval_us, pid, started_us, last_us,
           clock_offset_us, notes, initial_netns)
         VALUES (@host, @bootId, @kernel, @sstory, @bpftrace, @source, @transport, @intervalUs, @pid, @startedUs, @startedUs,
           @clockOffsetUs, @notes, @initialNetns)`,
      )
      .run({
        ...start,
        bpftrace: start.bpftrace ?? null,
        transport: start.transport ?? null,
        notes: notesText(start.notes),
        initialNetns: start.initialNetns ?? null,
      });
    this.id = Number(result.lastInsertRowid);
    this.beatStatement = database.prepare('UPDATE runs SET last_us = ?, behind_us = ?, backlog_bytes = ? WHERE id = ?');
  }

  /** Notes that the recorder is alive, up to when the history is complete (if it is killed, a gap begins there), and what waits. */
  beat(throughUs: number, { behindUs, bytes }: Backlog = NOTHING_WAITS): void {
    this.beatStatement.run(throughUs, Math.round(behindUs), bytes, this.id);
  }

  /** Keeps a step of the wall clock against the boot clock, microseconds. */
  clockStep(atUs: number, stepUs: number): void {
    const all = [...this.clockSteps, { atUs, stepUs }];
    const steps = JSON.stringify(all.map((step) => ({ at_us: step.atUs, step_us: step.stepUs })));
    this.database.transaction(() => {
      if (stepUs < 0) settleReached(this.database, atUs);
      this.database.prepare('UPDATE runs SET clock_steps = ? WHERE id = ?').run(steps, this.id);
    })();
    this.clockSteps.push({ atUs, stepUs });
  }

  /** Adds a note to those of the start; it replaces an earlier one of its subject that was added like this. */
  note(note: RunNote): void {
    this.laterNotes.set(note.subject, note);
    const notes = notesText([...this.start.notes, ...this.laterNotes.values()]);
    this.database.prepare('UPDATE runs SET notes = ? WHERE id = ?').run(notes, this.id);
  }

  end(throughUs: number, how: string): void {
    this.database
      .prepare(
        'UPDATE runs SET last_us = @throughUs, ended_us = @throughUs, "end" = @how, behind_us = 0, backlog_bytes = 0 WHERE id = @id',
      )
      .run({ throughUs, how, id: this.id });
  }
}

/**
 * The connections that are open as far as the database knows, one after the other: a busy host has a hundred thousand of them. Nothing can be
 * written meanwhile.
 */
export function* readOpenConnections(database: Database.Database): Generator<Connection, void, undefined> {
  const select = database.prepare(`SELECT ${CONNECTION_COLUMNS} FROM socket WHERE life_class = ?`).raw();
  for (const values of select.iterate(OPEN_CLASS)) yield connectionOfValues(values as SocketValues);
}

/** What is known of the owners of open connections besides their openers, by connection. */
export function readOpenOwners(database: Database.Database): Map<number, Ownership[]> {
  const owners = new Map<number, Ownership[]>();
  for (const row of plainRows(
    database,
    'owner',
    `v.connection_id IN (SELECT id FROM socket WHERE life_class = ${OPEN_CLASS})`,
  )) {
    const known = owners.get(row.connectionId);
    if (known === undefined) owners.set(row.connectionId, [row]);
    else known.push(row);
  }
  return owners;
}

/** The id that the next new connection gets. */
export function nextConnectionId(database: Database.Database): number {
  const row = database.prepare('SELECT coalesce(max(id), 0) + 1 AS id FROM socket').get() as { id: number };
  return row.id;
}
