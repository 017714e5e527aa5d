/** What was counted, as lines of the text format. */

import type { SocketGauges } from '../../query/metrics/socket-gauges.js';
import { METRIC_STATES } from '../../query/metrics/state-names.js';
import { type CounterName, ERROR_TYPES, type Histograms, type Totals } from '../../query/metrics/totals.js';
import { METRICS } from '../../view/prometheus/definitions.js';
import { histogramLines, type MetricSample, metricLines } from '../../view/prometheus/exposition.js';

/** Series that are there from the start, at 0: the first increase of a series that was not there cannot be seen. */
const KNOWN_ROLES = ['client', 'server'] as const;
const FROM_THE_START: Readonly<Partial<Record<CounterName, readonly Readonly<Record<string, string>>[]>>> = {
  successes: KNOWN_ROLES.map((role) => ({ role })),
  failures: ERROR_TYPES.flatMap((error_type) => KNOWN_ROLES.map((role) => ({ error_type, role }))),
  retransmits: [{ kind: 'syn' }, { kind: 'data' }],
  resets: [{ direction: 'sent' }, { direction: 'received' }],
};
/** Those that --label splits: with it, no series is there from the start. */
const SPLIT: readonly CounterName[] = ['successes', 'failures', 'closed'];

export function socketText({ sockets, oldestUs }: SocketGauges): string {
  const oldest = METRIC_STATES.filter((state) => state !== 'listen' && state !== 'time_wait').map((state) => ({
    labels: { state },
    value: (oldestUs.get(state) ?? 0) / 1e6,
  }));
  return metricLines(METRICS.connections, sockets) + metricLines(METRICS.oldest, oldest);
}

/** @param foldedSockets what the gauge of sockets has counted as other; undefined: nothing is split by labels */
export function counterText(totals: Totals, foldedSockets: number | undefined): string {
  const isSplit = foldedSockets !== undefined;
  let text = '';
  for (const [name, counts] of Object.entries(totals.counters) as [CounterName, Totals['counters'][CounterName]][]) {
    const seeds = isSplit && SPLIT.includes(name) ? [] : (FROM_THE_START[name] ?? []);
    text += metricLines(METRICS[name], withSeeds([...counts.values()], seeds));
  }
  for (const [name, histograms] of Object.entries(totals.histograms)) {
    text += histogramLines(METRICS[name as keyof Totals['histograms']], histogramSamples(histograms));
  }
  if (!isSplit) return text;
  const folded = SPLIT.map((name) => ({ labels: { metric: METRICS[name].name }, value: totals.counters[name].folded }));
  const sockets = { labels: { metric: METRICS.connections.name }, value: foldedSockets };
  return text + metricLines(METRICS.folded, [sockets, ...folded]);
}

export function countedText(isCounted: boolean): string {
  return metricLines(METRICS.counted, [{ labels: {}, value: Number(isCounted) }]);
}

function withSeeds(series: readonly MetricSample[], seeds: readonly MetricSample['labels'][]): MetricSample[] {
  const key = (labels: MetricSample['labels']) => JSON.stringify(Object.entries(labels));
  const known = new Set(series.map(({ labels }) => key(labels)));
  const missing = seeds.filter((labels) => !known.has(key(labels))).map((labels) => ({ labels, value: 0 }));
  return [...series, ...missing];
}

function* histogramSamples({ label, byLabel }: Histograms) {
  for (const [value, { bounds, counts, sum }] of byLabel) yield { labels: { [label]: value }, bounds, counts, sum };
}
