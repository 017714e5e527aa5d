/** The socket table as transitions change it, one by one. */
import type { Connection } from '../../model/connection.js';
import type { Step } from '../../model/step.js';
import { shownState, type TcpState } from '../../model/tcp-state.js';
import { type SocketAt, socketAfterStep } from '../point-in-time.js';

/** How a socket changed recently: it entered the table, changed its state, or left the table. */
export type ChangeMark = 'new' | 'changed' | 'gone';

export interface TableRow {
  readonly connection: Connection;
  /** Of the connection's steps: the last one so far. */
  readonly index: number;
  readonly state: TcpState;
  /** Counts the changes of the table: the later, the larger. */
  readonly serial: number;
}

interface Mark {
  readonly kind: ChangeMark;
  readonly madeMs: number;
}

export type RowOrder = 'opened' | 'changed';

/** At most so many sockets that left the table are still shown. */
const MOST_GONE = 100;

export class ReplayTable {
  private readonly rows = new Map<number, TableRow>();
  /** The latest last. */
  private readonly marks = new Map<number, Mark>();
  private readonly gone = new Set<number>();
  private readonly perState = new Map<TcpState, number>();
  private serial = 0;

  /** `states`: a socket is in the table while it is in one of these; undefined: while it is not closed. */
  constructor(private readonly states?: ReadonlySet<TcpState> | undefined) {}

  /** Restarts from the sockets at an instant, of all states. */
  reset(sockets: readonly SocketAt[]): void {
    for (const each of [this.rows, this.marks, this.gone, this.perState]) each.clear();
    for (const { connection, since, state } of sockets) {
      this.rows.set(connection.id, { connection, index: connection.steps.indexOf(since), state, serial: 0 });
      this.count(state, 1);
    }
  }

  /** Takes the next step of a connection; one that the table already has is skipped. */
  apply(connection: Connection, step: Step, nowMs: number): void {
    const { id } = connection;
    const known = this.rows.get(id);
    const index = connection.steps.indexOf(step);
    if (known !== undefined && index <= known.index) return;
    const state = step.newState;
    if (known === undefined && state === 'UNCONN') return;
    const wasShown = known !== undefined && this.wants(known.state);
    const isShown = this.wants(state);
    if (known !== undefined) this.count(known.state, -1);
    this.count(state, 1);
    this.rows.set(id, { connection, index, state, serial: ++this.serial });
    if (isShown) this.mark(id, wasShown ? 'changed' : 'new', nowMs);
    else if (wasShown || this.gone.has(id)) this.mark(id, 'gone', nowMs);
    else if (state === 'UNCONN') this.rows.delete(id);
  }

  /** Updates a row with what was recorded of its connection without a step, such as its owner. Returns the new row. */
  refresh(row: TableRow, connection: Connection): TableRow {
    const fresh = { ...row, connection };
    this.rows.set(connection.id, fresh);
    return fresh;
  }

  /** Forgets marks older than `ageMs`, and with them the sockets that are shown only because they left. */
  forgetMarks(nowMs: number, ageMs: number): void {
    for (const [id, { madeMs }] of this.marks) {
      if (nowMs - madeMs < ageMs) break;
      this.forget(id);
    }
  }

  get hasMarks(): boolean {
    return this.marks.size > 0;
  }

  markOf(row: TableRow): ChangeMark | undefined {
    return this.marks.get(row.connection.id)?.kind;
  }

  /** What is to be shown. */
  shown(order: RowOrder): TableRow[] {
    const rows: TableRow[] = [];
    for (const row of this.rows.values()) {
      if (this.wants(row.state) || this.gone.has(row.connection.id)) rows.push(row);
    }
    if (order === 'changed') rows.sort((a, b) => b.serial - a.serial);
    return rows;
  }

  /** How many sockets are in each of the wanted states, by the names that ss prints. */
  counts(): Map<TcpState, number> {
    const counts = new Map<TcpState, number>();
    for (const [state, count] of this.perState) {
      const name = shownState(state);
      if (count > 0 && this.wants(state)) counts.set(name, (counts.get(name) ?? 0) + count);
    }
    return counts;
  }

  private wants(state: TcpState): boolean {
    return state !== 'UNCONN' && (this.states?.has(state) ?? true);
  }

  private mark(id: number, kind: ChangeMark, madeMs: number): void {
    this.marks.delete(id);
    this.marks.set(id, { kind, madeMs });
    if (kind !== 'gone') this.gone.delete(id);
    else this.gone.add(id);
    if (this.gone.size > MOST_GONE) {
      const [oldest] = this.gone;
      if (oldest !== undefined) this.forget(oldest);
    }
  }

  private forget(id: number): void {
    this.marks.delete(id);
    if (this.gone.delete(id) && this.rows.get(id)?.state === 'UNCONN') this.rows.delete(id);
  }

  private count(state: TcpState, change: 1 | -1): void {
    if (state !== 'UNCONN') this.perState.set(state, (this.perState.get(state) ?? 0) + change);
  }
}

/** The row as a socket at an instant. */
export function rowAt(row: TableRow, atUs: number): SocketAt | undefined {
  return socketAfterStep(row.connection, row.index, atUs);
}
