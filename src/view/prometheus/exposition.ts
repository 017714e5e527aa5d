/** The text format of Prometheus, version 0.0.4: prometheus.io/docs/instrumenting/exposition_formats. */
import { printable } from '../../model/printable.js';

/** What an answer with metrics has to say of itself. */
export const METRICS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** What a metric is, as docs/metrics.md lists it. */
export interface MetricDefinition {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  /** Besides those of --label. */
  readonly labels?: readonly string[];
}

export interface MetricSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface HistogramSample {
  readonly labels: Readonly<Record<string, string>>;
  /** Upper bounds, and how many were within each one and above the one before; one count more than bounds. */
  readonly bounds: readonly number[];
  readonly counts: readonly number[];
  readonly sum: number;
}

/** One metric with all its series. A metric without series has no lines: its HELP alone would say that it exists. */
export function metricLines(definition: MetricDefinition, samples: Iterable<MetricSample>): string {
  let lines = '';
  for (const { labels, value } of samples) lines += line(definition.name, labels, value);
  return lines === '' ? '' : head(definition) + lines;
}

/** The same of histograms. */
export function histogramLines(definition: MetricDefinition, samples: Iterable<HistogramSample>): string {
  const { name } = definition;
  let lines = '';
  for (const { labels, bounds, counts, sum } of samples) {
    let below = 0;
    for (const [index, count] of counts.entries()) {
      below += count;
      const bound = bounds[index];
      lines += line(`${name}_bucket`, { ...labels, le: bound === undefined ? '+Inf' : String(bound) }, below);
    }
    lines += line(`${name}_sum`, labels, sum) + line(`${name}_count`, labels, below);
  }
  return lines === '' ? '' : head(definition) + lines;
}

function head({ name, type, help }: MetricDefinition): string {
  return `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n# TYPE ${name} ${type}\n`;
}

function line(name: string, labels: Readonly<Record<string, string>>, value: number): string {
  const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escaped(text)}"`);
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}\n`;
}

/** Names of processes are chosen by others: hidden characters are escaped first, then what the format requires. */
function escaped(text: string): string {
  return printable(text).replaceAll('\\', '\\\\').replaceAll('"', '\\"');
}
