/** The metrics of a history for Prometheus: counted once, and then from what is new since the last scrape. */
import { setImmediate as turn } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import { wasPruned } from '../../query/coverage.js';
import { oneMoment } from '../../query/history-facts.js';
import { ConnectionCounter, type StoredCursor } from '../../query/metrics/connection-counter.js';
import { EventCounter } from '../../query/metrics/event-counter.js';
import { GapCounter } from '../../query/metrics/gap-counter.js';
import type { MetricLabel } from '../../query/metrics/metric-row.js';
import { SocketGaugeReader, type SocketGauges } from '../../query/metrics/socket-gauges.js';
import { MOST_SERIES, type StoredTotals, Totals } from '../../query/metrics/totals.js';
import { countedText, counterText, socketText } from './metrics-text.js';
import { recorderText } from './recorder-text.js';
import { shipText } from './ship-text.js';

/** Rows that are read in one transaction: about 20 ms. Events are grouped by SQLite, which is faster. */
const ROWS_A_SLICE = 4_000;
const EVENTS_A_SLICE = 40_000;
/** For so long a scrape counts before it answers, if nothing else is wished: Prometheus gives up after 10 s. */
const SCRAPE_MS = 3_000;

export interface MetricsOptions {
  /** By what connections are split besides the labels that a metric has. */
  readonly labels?: readonly MetricLabel[];
  /** How long a scrape may count before it answers, milliseconds. */
  readonly withinMs?: number;
}

/** What is needed to go on counting in another process. */
export interface StoredMetrics {
  readonly labels: readonly MetricLabel[];
  readonly totals: StoredTotals;
  readonly connections: StoredCursor;
  readonly lastEvent: number;
  readonly gaps: ReturnType<GapCounter['stored']>;
}

/**
 * Counters never go back while this exists: what is pruned was counted before. A new one counts the whole history, or goes on from
 * what `stored` returned earlier. Without that, where a history was pruned, counters begin at 0 with what is new: what is left of
 * it would be less than Prometheus saw before, and it takes a smaller value for a restart and adds it all again.
 */
export class Metrics {
  private readonly labels: readonly MetricLabel[];
  private readonly withinMs: number;
  private totals = new Totals();
  private readonly connections: ConnectionCounter;
  private readonly events: EventCounter;
  private readonly gaps: GapCounter;
  private readonly sockets: SocketGaugeReader;
  private gauges: SocketGauges = { sockets: [], oldestUs: new Map() };
  private isCounted = false;
  private counting: Promise<void> | undefined;

  constructor(
    private readonly database: Database.Database,
    { labels = [], withinMs = SCRAPE_MS }: MetricsOptions = {},
    earlier?: StoredMetrics,
  ) {
    this.labels = labels;
    this.withinMs = withinMs;
    const goesOn = earlier !== undefined && earlier.labels.join() === labels.join();
    if (goesOn) this.totals = Totals.of(earlier.totals) ?? this.totals;
    this.connections = new ConnectionCounter(database, this.totals, labels);
    this.events = new EventCounter(database, this.totals);
    this.gaps = new GapCounter(database, this.totals);
    this.sockets = new SocketGaugeReader(database, labels, MOST_SERIES);
    if (goesOn) {
      this.connections.restore(earlier.connections);
      this.events.lastId = earlier.lastEvent;
      this.gaps.restore(earlier.gaps);
    } else if (wasPruned(database)) this.startNow();
  }

  /**
   * The answer to one scrape. Where more is new than can be counted in three seconds, the rest follows in later scrapes; until the
   * whole history is counted for the first time, there is only what is known of the recorder.
   */
  async scrape(nowUs = Date.now() * 1_000): Promise<string> {
    this.counting ??= this.count(this.withinMs).finally(() => {
      this.counting = undefined;
    });
    await this.counting;
    return [
      recorderText(this.database, nowUs),
      shipText(this.database, nowUs),
      this.isCounted ? socketText(this.gauges) : '',
      this.isCounted ? counterText(this.totals, this.labels.length > 0 ? this.sockets.folded : undefined) : '',
      countedText(this.isCounted),
    ].join('');
  }

  /** To go on from in another process; undefined: the history was not counted yet. */
  stored(): StoredMetrics | undefined {
    if (!this.isCounted) return undefined;
    return {
      labels: this.labels,
      totals: this.totals.stored(),
      connections: this.connections.stored(),
      lastEvent: this.events.lastId,
      gaps: this.gaps.stored(),
    };
  }

  private startNow(): void {
    using _moment = oneMoment(this.database);
    for (const counter of [this.connections, this.events, this.gaps]) counter.startNow();
  }

  /** Slice by slice, with time for others in between. */
  private async count(withinMs: number): Promise<void> {
    const endMs = performance.now() + withinMs;
    while (!this.slice() && performance.now() < endMs) await turn();
  }

  /** One transaction. Returns whether all is counted. */
  private slice(): boolean {
    using _moment = oneMoment(this.database);
    const isLast = this.connections.readNew(ROWS_A_SLICE) && this.events.readNew(EVENTS_A_SLICE);
    if (!isLast) return false;
    this.connections.readChanges();
    this.gaps.readNew();
    this.gauges = this.sockets.read(this.connections.open);
    this.isCounted = true;
    return true;
  }
}
