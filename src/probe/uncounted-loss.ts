import type { Loss } from '../model/probe-event.js';
import { bootTimeUs } from '../sys/clock.js';
import { TracepointCounter } from '../sys/perf-event.js';
import type { RecordSink } from './record-sink.js';
import { tracepointId } from './tracefs.js';

/** Tracepoints whose every pass makes one record, of this kind; those of other protocols are filtered out. */
const COUNTED: readonly { readonly tracepoint: string; readonly kind: number; readonly filter?: string }[] = [
  { tracepoint: 'sock:inet_sock_set_state', kind: 1, filter: 'protocol == 6' },
  { tracepoint: 'tcp:tcp_retransmit_skb', kind: 4 },
  { tracepoint: 'tcp:tcp_receive_reset', kind: 6 },
  { tracepoint: 'tcp:tcp_send_reset', kind: 7 },
];

/** Between two looks, with few CPUs; and for each CPU, microseconds. */
const LOOK_EVERY_US = 100_000;
const US_A_CPU = 10_000;

interface Watched {
  readonly kind: number;
  readonly counter: TracepointCounter;
  /** Records of the kind when the counter was opened. */
  readonly before: number;
  reported: number;
}

/**
 * Finds the events for which the kernel ran no program, and did not count that: seen on Linux 6.18 for all packets of one softirq, for every tracer
 * at once. Counters of the same tracepoints, without a program, count them.
 *
 * A counter is read before the rings. What it has counted by then is in a ring, so if there are fewer records, that many are missing for certain;
 * those that came in between may hide a few until the next look.
 */
export class UncountedLoss {
  private watched: Watched[] = [];
  private read: readonly number[] = [];
  private cpus: readonly number[] = [];
  private lookedBootUs = [bootTimeUs(), bootTimeUs()];

  /** `sinks`: of all rings. */
  constructor(private readonly sinks: () => Iterable<RecordSink>) {}

  /** Counts on these CPUs from now on, where they are others than before. @throws Error where the kernel refuses it */
  watch(cpus: readonly number[]): void {
    if (cpus.join() === this.cpus.join()) return;
    this.close();
    this.cpus = cpus;
    this.watched = COUNTED.flatMap(({ tracepoint, kind, filter }) => {
      const id = tracepointId(tracepoint);
      if (id === undefined) return [];
      const before = this.received(kind);
      return [{ kind, counter: new TracepointCounter(id, cpus, filter), before, reported: 0 }];
    });
    this.read = [];
  }

  /** Whether it is time for a look: reading a counter interrupts its CPU. */
  isDue(): boolean {
    return bootTimeUs() - (this.lookedBootUs[1] ?? 0) > Math.max(LOOK_EVERY_US, this.cpus.length * US_A_CPU);
  }

  /** To be called before the rings are read. */
  count(): void {
    this.read = this.watched.map(({ counter }) => counter.read());
  }

  /** To be called after that: what is missing besides what was found missing before. `inRings`: a ring may have lost some of it. */
  look(inRings: boolean): Loss[] {
    const [fromBootUs = 0] = this.lookedBootUs;
    const toBootUs = bootTimeUs();
    this.lookedBootUs = [this.lookedBootUs[1] ?? 0, toBootUs];
    return this.watched.flatMap((each, index) => {
      const missing = (this.read[index] ?? 0) - (this.received(each.kind) - each.before);
      const lost = missing - each.reported;
      if (lost <= 0) return [];
      each.reported = missing;
      // What did not fit into a ring has no kind: it may be this.
      if (inRings) return [];
      return [{ fromBootUs, toBootUs, cpu: undefined, lost, reason: 'continuity' as const }];
    });
  }

  close(): void {
    for (const { counter } of this.watched) counter.close();
    this.watched = [];
  }

  private received(kind: number): number {
    let count = 0;
    for (const sink of this.sinks()) count += sink.received[kind] ?? 0;
    return count;
  }
}
