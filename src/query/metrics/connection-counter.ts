/** Counts connections that were established and that ended, each once, by what is new in the table `socket`. */
import type Database from 'better-sqlite3';
import { OPEN_CLASS } from '../../store/life-class.js';
import { METRIC_COLUMNS, type MetricLabel, MetricRow, type MetricValues } from './metric-row.js';
import { metricState } from './state-names.js';
import type { ErrorType, Totals } from './totals.js';

/** Ids below the highest that had no row. A connection gets its id before its row, which can wait for its ports. */
const MOST_HOLES = 10_000;
/** One group of missing ids that is larger was pruned. */
const LARGEST_HOLE = 1_000;

/** An open connection, as it was last seen. */
export interface OpenConnection {
  /** The kernel's code. */
  readonly state: number;
  /** When it entered that state. */
  readonly sinceUs: number;
  /** Whether its establishment was counted, or is not to be. */
  readonly wasEstablished: boolean;
  /** Its end was counted already: it is in TIME-WAIT. */
  readonly wasCounted: boolean;
}

/** What is needed to go on counting. */
export interface StoredCursor {
  readonly lastId: number;
  readonly holes: readonly number[];
  /** Ids; of those that are not established, and of those whose end was counted, again. */
  readonly open: readonly number[];
  readonly notEstablished: readonly number[];
  readonly counted: readonly number[];
}

type State = [id: number, state: number];

export class ConnectionCounter {
  readonly open = new Map<number, OpenConnection>();
  private lastId = 0;
  private holes = new Set<number>();
  private readonly newRows: Database.Statement<[{ after: number; most: number }], MetricValues>;
  private readonly rowsOf: Database.Statement<[string], MetricValues>;
  private readonly openStates: Database.Statement<[{ lastId: number }], State>;
  private readonly highestId: Database.Statement<[], number>;
  private readonly errnoOf: Database.Statement<[number], string>;

  constructor(
    database: Database.Database,
    private readonly totals: Totals,
    private readonly labels: readonly MetricLabel[],
  ) {
    const rows = (where: string) => database.prepare(`SELECT ${METRIC_COLUMNS} FROM socket WHERE ${where}`).raw();
    this.newRows = rows('id > @after ORDER BY id LIMIT @most') as typeof this.newRows;
    this.rowsOf = rows('id IN (SELECT value FROM json_each(?))') as typeof this.rowsOf;
    this.openStates = database
      // The plus keeps SQLite from reading all rows up to that id: the open ones have an index.
      .prepare(`SELECT id, state FROM socket WHERE life_class = ${OPEN_CLASS} AND +id <= @lastId`)
      .raw() as typeof this.openStates;
    this.highestId = database.prepare<[], number>('SELECT coalesce(max(id), 0) FROM socket').pluck();
    // `= +?`: see name-history.ts.
    this.errnoOf = database
      .prepare<[number], string>(
        `SELECT detail FROM events WHERE connection_id = +? AND kind IN ('error', 'connect') ORDER BY at_us DESC LIMIT 1`,
      )
      .pluck();
  }

  /** Connections that exist now count from now on: their ends, and what is established later. */
  startNow(): void {
    this.lastId = this.highestId.get() ?? 0;
    const ids = [...this.openStates.iterate({ lastId: this.lastId })].map(([id]) => id);
    for (const values of this.rowsOf.iterate(JSON.stringify(ids))) this.follow(new MetricRow(values));
  }

  restore({ lastId, holes, open, notEstablished, counted }: StoredCursor): void {
    this.lastId = lastId;
    this.holes = new Set(holes);
    const [without, done] = [new Set(notEstablished), new Set(counted)];
    for (const id of open)
      this.open.set(id, { state: 0, sinceUs: 0, wasEstablished: !without.has(id), wasCounted: done.has(id) });
  }

  stored(): StoredCursor {
    const open = [...this.open];
    const idsWhere = (is: (connection: OpenConnection) => boolean) =>
      open.filter(([, connection]) => is(connection)).map(([id]) => id);
    return {
      lastId: this.lastId,
      holes: [...this.holes],
      open: idsWhere(() => true),
      notEstablished: idsWhere(({ wasEstablished }) => !wasEstablished),
      counted: idsWhere(({ wasCounted }) => wasCounted),
    };
  }

  /** Counts up to `most` new connections. Returns whether there are no more. To be called in a transaction. */
  readNew(most: number): boolean {
    let count = 0;
    for (const values of this.newRows.iterate({ after: this.lastId, most })) {
      count++;
      this.noteHole(this.lastId + 1, values[0]);
      this.lastId = values[0];
      this.begin(new MetricRow(values));
    }
    return count < most;
  }

  /** Counts what has changed in those that were read: late rows, states, ends. In the same transaction as the last `readNew`. */
  readChanges(): void {
    // After a pruning of all that was, ids begin again.
    this.lastId = Math.min(this.lastId, this.highestId.get() ?? 0);
    this.fillHoles();
    const states = this.openStates.all({ lastId: this.lastId });
    const changed: number[] = [];
    let known = 0;
    for (const [id, state] of states) {
      const before = this.open.get(id);
      if (before !== undefined) known++;
      if (before?.state !== state) changed.push(id);
    }
    if (known < this.open.size) this.endOthers(new Set(states.map(([id]) => id)));
    for (const values of this.rowsOf.iterate(JSON.stringify(changed))) this.change(new MetricRow(values));
  }

  /** Those that were open, and are not any more. */
  private endOthers(open: ReadonlySet<number>): void {
    const ended = [...this.open.keys()].filter((id) => !open.has(id));
    for (const values of this.rowsOf.iterate(JSON.stringify(ended))) this.end(new MetricRow(values));
    // Those without a row were deleted: nothing is known of their ends.
    for (const id of ended) this.open.delete(id);
  }

  private noteHole(from: number, to: number): void {
    if (to - from > LARGEST_HOLE) return;
    for (let id = from; id < to; id++) this.holes.add(id);
    for (const id of this.holes) {
      if (this.holes.size <= MOST_HOLES) break;
      this.holes.delete(id);
    }
  }

  private fillHoles(): void {
    if (this.holes.size === 0) return;
    for (const values of this.rowsOf.iterate(JSON.stringify([...this.holes]))) {
      this.holes.delete(values[0]);
      this.begin(new MetricRow(values));
    }
  }

  private begin(row: MetricRow): void {
    if (!row.isListener) {
      if (row.wasEstablished) this.countEstablished(row);
      if (row.isOver) this.countEnd(row);
    }
    this.follow(row);
  }

  private follow(row: MetricRow): void {
    if (row.isClosed) return;
    this.open.set(row.id, {
      state: row.state,
      sinceUs: row.steps.at(-1)?.atUs ?? 0,
      wasEstablished: row.wasEstablished,
      wasCounted: row.isOver,
    });
  }

  /** One that is not known was counted as closed: a new run has opened it again, in TIME-WAIT. */
  private change(row: MetricRow): void {
    const before = this.open.get(row.id);
    if (before?.wasEstablished === false && row.wasEstablished && !row.isListener) this.countEstablished(row);
    if (before?.wasCounted === false && row.isOver && !row.isListener) this.countEnd(row);
    this.follow(row);
  }

  private end(row: MetricRow): void {
    const before = this.open.get(row.id);
    if (before === undefined || before.wasCounted || row.isListener) return;
    if (!before.wasEstablished && row.wasEstablished) this.countEstablished(row);
    this.countEnd(row);
  }

  private countEstablished(row: MetricRow): void {
    const { role } = row;
    if (role === 'unknown') return;
    this.totals.counters.successes.add({ role }, row.group(this.labels), 1);
    const [sent, established] = [row.enters('SYN-SENT'), row.enters('ESTAB')];
    // What a server sees of a handshake is its last packet only.
    if (role !== 'client' || sent === undefined || established === undefined) return;
    if (sent.notBeforeUs !== undefined || established.notBeforeUs !== undefined) return;
    this.totals.histograms.handshake.observe(role, established.atUs - sent.atUs);
  }

  private countEnd(row: MetricRow): void {
    const { counters, histograms } = this.totals;
    const { role, closeReason, rttUs } = row;
    const group = row.group(this.labels);
    counters.closed.add({ close_reason: closeReason, role }, group, 1);
    if (!row.wasEstablished && role !== 'unknown') {
      counters.failures.add({ error_type: this.errorType(row), role }, group, 1);
    }
    if (rttUs !== undefined) histograms.rtt.observe(role, rttUs);
    const established = row.enters('ESTAB');
    for (const [index, step] of row.steps.entries()) {
      const next = row.steps[index + 1];
      if (next === undefined) break;
      // The time in TIME-WAIT is a constant of the kernel, and no part of the connection's.
      if (step.newState === 'TIME-WAIT') continue;
      const isOver = next.newState === 'TIME-WAIT' || next.newState === 'UNCONN';
      if (isOver && established !== undefined && role !== 'unknown')
        histograms.duration.observe(role, next.atUs - established.atUs);
      // A state without a known beginning or end has no known length.
      if (step.notBeforeUs !== 0 && next.notBeforeUs !== 0)
        histograms.states.observe(metricState(step.newState), next.atUs - step.atUs);
    }
  }

  private errorType(row: MetricRow): ErrorType {
    switch (row.closeReason) {
      case 'refused':
      case 'aborted':
      case 'unknown':
        return row.closeReason;
      case 'reset by peer':
        return 'reset';
      case 'timed out':
        return 'timed-out';
      case 'unreachable':
      case 'failed':
        return unreachable(this.errnoOf.get(row.id));
      default:
        return 'other';
    }
  }
}

function unreachable(detail: string | undefined): ErrorType {
  if (detail?.startsWith('EHOSTUNREACH') === true) return 'host-unreachable';
  return detail?.startsWith('ENETUNREACH') === true ? 'net-unreachable' : 'other';
}
