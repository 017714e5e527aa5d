/** Compares what the kernel did, as another tracer saw it, with what a history has of it: recorded, or inside a gap. */
import { wallOffsetUs } from '../../src/sys/clock.js';
import type { KernelTrace } from './kernel-trace.js';
import { query } from './sstory.js';

/** Two programs on one tracepoint, and two readings of the clocks. */
const TOLERANCE_US = 1_000;

export interface Span {
  readonly from_us: number;
  readonly to_us: number;
}

/** A period in which the probe lost so many events: in a full ring, or because the kernel skipped them. */
interface Loss extends Span {
  readonly lost: number;
}

/** A connection that was established, at a time. */
export interface Established {
  readonly ports: string;
  readonly atUs: number;
}

export interface Account {
  /** Connections that were established between the first start and the last end. */
  readonly established: number;
  /** Those that are not recorded. */
  readonly missing: readonly Established[];
  /** Between two runs. */
  readonly downtimes: readonly Span[];
  /** Those that are missing and in no gap. */
  readonly unexplained: readonly Established[];
}

/** How many connections of a network namespace are recorded as established. */
export function recordedEstablished(path: string, netns: number): string[] {
  return query<{ ports: string }>(
    path,
    `SELECT c.local_port || ' > ' || c.remote_port AS ports
     FROM connections c JOIN transitions t ON t.connection_id = c.id
     WHERE c.netns = ? AND t.old_state = 'SYN-SENT' AND t.new_state = 'ESTAB'`,
    netns,
  ).map(({ ports }) => ports);
}

export function accountFor(path: string, netns: number, trace: KernelTrace): Account {
  const offsetUs = wallOffsetUs();
  const [span] = query<Span>(path, 'SELECT min(started_us) AS from_us, max(last_us) AS to_us FROM runs');
  if (span === undefined) throw new Error('nothing was recorded');
  const established = trace
    .changesOf(netns)
    .filter(({ from, to }) => from === 'SYN-SENT' && to === 'ESTAB')
    .map(({ nsecs, localPort, remotePort }): Established => {
      return { ports: `${localPort} > ${remotePort}`, atUs: Number(nsecs) / 1000 + offsetUs };
    })
    .filter(({ atUs }) => atUs > span.from_us + TOLERANCE_US && atUs < span.to_us - TOLERANCE_US);
  const known = new Set(recordedEstablished(path, netns));
  const missing = established.filter(({ ports }) => !known.has(ports));
  const downtimes = query<Span>(
    path,
    "SELECT from_us, to_us FROM gaps WHERE reason = 'tracer' AND lost IS NULL ORDER BY from_us",
  );
  const outside = missing.filter((each) => !downtimes.some((gap) => isWithin(each, gap)));
  const losses = query<Loss>(
    path,
    `SELECT from_us, to_us, coalesce(lost, 1) AS lost FROM gaps
     WHERE reason IN ('overrun', 'continuity') ORDER BY to_us`,
  );
  return { established: established.length, missing, downtimes, unexplained: unexplained(outside, losses) };
}

/**
 * The connections that no loss explains. Each lost event explains one of them at most: one that was established while the
 * events were lost. Losses are in the order of their ends, so that each connection uses up the one that ends first.
 */
function unexplained(missing: readonly Established[], losses: readonly Loss[]): Established[] {
  const left = losses.map((loss) => loss.lost);
  return missing
    .toSorted((a, b) => a.atUs - b.atUs)
    .filter((each) => {
      const index = losses.findIndex((loss, at) => (left[at] ?? 0) > 0 && isWithin(each, loss));
      if (index >= 0) left[index] = (left[index] ?? 0) - 1;
      return index < 0;
    });
}

export function isWithin({ atUs }: Established, { from_us, to_us }: Span): boolean {
  return atUs >= from_us - TOLERANCE_US && atUs <= to_us + TOLERANCE_US;
}
