/** How many sockets are open, by state, and for how long. */
import type Database from 'better-sqlite3';
import { stateOfCode } from '../../model/tcp-state.js';
import { IN_TAIL } from '../../store/closed-index.js';
import { OPEN_CLASS } from '../../store/life-class.js';
import { CLOSED_SOCKETS } from '../../store/lives-layout.js';
import { REACHED_US } from '../../store/socket-columns.js';
import { CLOSED_CLASSES, lifeRange } from '../lives.js';
import type { OpenConnection } from './connection-counter.js';
import { METRIC_COLUMNS, type MetricLabel, MetricRow, type MetricValues } from './metric-row.js';
import { OTHER, type SeriesCount, SeriesCounts } from './series-counts.js';
import { METRIC_STATES, metricState } from './state-names.js';

export interface SocketGauges {
  /** By state, and by the labels that were asked for. */
  readonly sockets: readonly SeriesCount[];
  /** For how long the oldest socket of each state has been in it, microseconds; of TIME-WAIT and listeners not known. */
  readonly oldestUs: ReadonlyMap<string, number>;
}

/** Reads gauges; with labels, the largest groups have series of their own. */
export class SocketGaugeReader {
  private readonly reached: Database.Statement<[], number | null>;
  private readonly waiting: Database.Statement;
  private readonly waitingInTail: Database.Statement;
  private readonly open: Database.Statement<[], MetricValues>;
  private readonly shown = new Set<string>();
  /** Sockets that were counted as `other`, each time. */
  folded = 0;

  constructor(
    database: Database.Database,
    private readonly labels: readonly MetricLabel[],
    private readonly mostSeries: number,
  ) {
    const columns = labels.length > 0 ? METRIC_COLUMNS : 'count(*)';
    // What was written with an end that is not reached yet is in TIME-WAIT.
    this.waiting = database
      .prepare(
        `SELECT ${columns} FROM ${CLOSED_SOCKETS} WHERE class = @lifeClass AND slot BETWEEN @earliestSlot AND @latestSlot
           AND to_us > @fromUs AND closed_us > @fromUs`,
      )
      .raw();
    this.waitingInTail = database.prepare(`SELECT ${columns} FROM socket WHERE ${IN_TAIL} AND closed_us > ?`).raw();
    this.open = database
      .prepare(`SELECT ${METRIC_COLUMNS} FROM socket WHERE life_class = ${OPEN_CLASS}`)
      .raw() as never;
    this.reached = database.prepare<[], number | null>(`SELECT ${REACHED_US}`).pluck();
  }

  /** To be called in a transaction, right after the connections were counted. */
  read(open: ReadonlyMap<number, OpenConnection>): SocketGauges {
    const reachedUs = this.reached.get() ?? 0;
    const oldestUs = new Map<string, number>();
    for (const { state, sinceUs } of open.values()) {
      const name = nameOf(state);
      if (name === 'listen' || name === 'time_wait') continue;
      oldestUs.set(name, Math.max(oldestUs.get(name) ?? 0, reachedUs - sinceUs));
    }
    const sockets = this.labels.length > 0 ? this.byLabels(reachedUs) : this.byState(open, reachedUs);
    return { sockets, oldestUs };
  }

  private byState(open: ReadonlyMap<number, OpenConnection>, reachedUs: number): SeriesCount[] {
    const counts = new Map(METRIC_STATES.map((state) => [state, 0]));
    const add = (state: string, count: number) => counts.set(state, (counts.get(state) ?? 0) + count);
    for (const { state } of open.values()) add(nameOf(state), 1);
    for (const [count] of this.foreseen(reachedUs)) add('time_wait', Number(count));
    return [...counts].map(([state, value]) => ({ labels: { state }, value }));
  }

  private byLabels(reachedUs: number): SeriesCount[] {
    const all = new SeriesCounts({ most: Number.POSITIVE_INFINITY, reserved: 0 });
    for (const values of this.open.iterate()) {
      const row = new MetricRow(values);
      all.add({ state: nameOf(row.state) }, row.group(this.labels), 1);
    }
    for (const values of this.foreseen(reachedUs)) {
      const row = new MetricRow(values as unknown as MetricValues);
      all.add({ state: 'time_wait' }, row.group(this.labels), 1);
    }
    return this.folding([...all.values()]);
  }

  /** The largest ones that fit, those that were shown before first: a series that comes and goes is of no use. */
  private folding(all: SeriesCount[]): SeriesCount[] {
    const most = this.mostSeries - METRIC_STATES.length;
    const known = (series: SeriesCount) => Number(this.shown.has(JSON.stringify(series.labels)));
    const sorted = all.sort((one, other) => known(other) - known(one) || other.value - one.value);
    const apart = sorted.slice(0, most);
    this.shown.clear();
    for (const { labels } of apart) this.shown.add(JSON.stringify(labels));
    const rest = new SeriesCounts({ most: Number.POSITIVE_INFINITY, reserved: 0 });
    for (const { labels, value } of sorted.slice(most)) {
      rest.add({ ...labels, ...Object.fromEntries(this.labels.map((label) => [label, OTHER])) }, {}, value);
      this.folded += value;
    }
    return [...apart, ...rest.values()];
  }

  private *foreseen(reachedUs: number): Generator<readonly unknown[]> {
    yield* this.waitingInTail.iterate(reachedUs) as IterableIterator<readonly unknown[]>;
    for (const lifeClass of CLOSED_CLASSES) {
      const range = lifeRange(lifeClass, reachedUs, Number.MAX_SAFE_INTEGER);
      yield* this.waiting.iterate({ ...range }) as IterableIterator<readonly unknown[]>;
    }
  }
}

function nameOf(state: number): string {
  return metricState(stateOfCode(state) ?? 'UNCONN');
}
