/** What metrics have counted so far: plain values that can be stored and read back. */
import { CLOSE_REASONS } from '../../model/stored-codes.js';
import { DurationHistogram } from './duration-histogram.js';
import { ROLES } from './metric-row.js';
import { type SeriesCount, SeriesCounts } from './series-counts.js';

/** Why a connection was not established. `aborted`: given up on this host, the timeout of a program, say. */
export const ERROR_TYPES = [
  'refused',
  'reset',
  'timed-out',
  'host-unreachable',
  'net-unreachable',
  'aborted',
  'other',
  'unknown',
] as const;
export type ErrorType = (typeof ERROR_TYPES)[number];

/** Series of a metric with labels that were asked for, at most. */
export const MOST_SERIES = 200;

const RTT_BOUNDS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];
/** A SYN is sent again after 1, 3, 7, 15, 31 and 63 s, and given up after 127 s (tcp_syn_retries = 6). */
const HANDSHAKE_BOUNDS = [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 3, 7, 15, 31, 63, 127];
const DURATION_BOUNDS = [0.001, 0.01, 0.1, 1, 10, 60, 300, 1_800, 3_600, 21_600, 86_400];
const STATE_BOUNDS = [0.001, 0.01, 0.1, 1, 3, 7, 15, 31, 63, 127, 600, 3_600, 86_400];

/** Histograms by the value of one label. */
export class Histograms {
  readonly byLabel = new Map<string, DurationHistogram>();

  constructor(
    readonly label: string,
    private readonly bounds: readonly number[],
  ) {}

  observe(value: string, us: number): void {
    this.of(value).observe(us);
  }

  of(value: string): DurationHistogram {
    let histogram = this.byLabel.get(value);
    if (histogram === undefined) {
      histogram = new DurationHistogram(this.bounds);
      this.byLabel.set(value, histogram);
    }
    return histogram;
  }
}

const bounded = (own: number) => new SeriesCounts({ most: MOST_SERIES, reserved: own });

/** All counters and histograms. */
export class Totals {
  readonly counters = {
    successes: bounded(2),
    failures: bounded(ERROR_TYPES.length * 2),
    closed: bounded(CLOSE_REASONS.length * ROLES.length),
    retransmits: bounded(2),
    resets: bounded(2),
    gaps: bounded(1),
    gapEvents: bounded(1),
    gapSeconds: bounded(1),
  };
  readonly histograms = {
    duration: new Histograms('role', DURATION_BOUNDS),
    handshake: new Histograms('role', HANDSHAKE_BOUNDS),
    rtt: new Histograms('role', RTT_BOUNDS),
    states: new Histograms('state', STATE_BOUNDS),
  };

  /** As JSON can store it. */
  stored(): StoredTotals {
    return {
      counters: Object.fromEntries(
        Object.entries(this.counters).map(([name, counter]) => [
          name,
          { folded: counter.folded, series: Array.from(counter.values(), (series) => ({ ...series })) },
        ]),
      ),
      histograms: Object.fromEntries(
        Object.entries(this.histograms).map(([name, { byLabel }]) => [
          name,
          [...byLabel].map(([value, { counts, sum }]) => ({ value, counts: [...counts], sum })),
        ]),
      ),
    };
  }

  /** What was stored; undefined: another version stored it. */
  static of({ counters, histograms }: StoredTotals): Totals | undefined {
    const totals = new Totals();
    for (const [name, counter] of Object.entries(totals.counters)) {
      const stored = counters[name];
      if (stored === undefined) return undefined;
      for (const { labels, value } of stored.series) counter.restore(labels, value);
      counter.folded = stored.folded;
    }
    for (const [name, histogram] of Object.entries(totals.histograms)) {
      for (const { value, counts, sum } of histograms[name] ?? []) {
        const into = histogram.of(value);
        if (into.counts.length !== counts.length) return undefined;
        for (const [index, count] of counts.entries()) into.counts[index] = count;
        into.sum = sum;
      }
    }
    return totals;
  }
}

export type CounterName = keyof Totals['counters'];

export interface StoredTotals {
  readonly counters: Readonly<Record<string, { readonly folded: number; readonly series: readonly SeriesCount[] }>>;
  readonly histograms: Readonly<
    Record<string, readonly { readonly value: string; readonly counts: readonly number[]; readonly sum: number }[]>
  >;
}
