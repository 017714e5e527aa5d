/** The options of commands that answer scrapes of Prometheus. */
import { type Command, Option } from 'commander';
import { usageError } from '../../model/error.js';
import { METRIC_LABELS, type MetricLabel } from '../../query/metrics/metric-row.js';
import { isLoopback, type ListenAddress, listenAddress } from './listen-address.js';

/** Where scrapes are answered if only an address is given. */
export const METRICS_PORT = 9_477;

/** Reads an address whose port is METRICS_PORT if it has none. */
export function metricsAddress(text: string): ListenAddress {
  return listenAddress(text, METRICS_PORT);
}

export interface LabelOptions {
  readonly label: readonly MetricLabel[];
}

/** Adds --label, which may be repeated. */
export function labelOption(parser: Command): Command {
  return parser.addOption(
    new Option(
      '--label <name>',
      'split connections in metrics by the process name (comm) or the port of the service (port); may be repeated',
    )
      .choices(METRIC_LABELS)
      .argParser((name: string, names: readonly MetricLabel[]) => [...new Set([...names, metricLabel(name)])])
      .default([], 'none'),
  );
}

/** @throws SstoryError `usage`: another address than that of loopback needs a token. */
export function requireToken(address: ListenAddress, token: string | undefined): void {
  if (token !== undefined || isLoopback(address)) return;
  throw usageError(
    'usage',
    `${address.host}: other hosts can reach it, so it needs --token-file FILE`,
    'Prometheus sends the token with authorization: { credentials_file: FILE }',
  );
}

function metricLabel(name: string): MetricLabel {
  const found = METRIC_LABELS.find((label) => label === name);
  if (found === undefined) throw usageError('usage', `invalid label "${name}"`, METRIC_LABELS.join(' or '));
  return found;
}
