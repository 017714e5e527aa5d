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
  /** The counter as it was read last, and when that began. */
  read: number;
  readBootUs: number;
  /** When no more than what is reported was missing, for certain. */
  exactBootUs: number;
}

/**
 * Finds the events for which the kernel ran no program, and did not count that: seen on Linux 6.18 for all packets of one softirq, for every tracer
 * at once. Counters of the same tracepoints, without a program, count them.
 *
 * A counter is read before the rings. A program writes its record before the counter of the same tracepoint counts (perf_trace_run_bpf_submit), so
 * what it has counted is in a ring. Records of after the reading are not of what it has counted. Those of while it was read may hide as many
 * that are missing, until a look at which there are none: what is found missing then happened since the last such look.
 */
export class UncountedLoss {
  private watched: Watched[] = [];
  private cpus: readonly number[] = [];
  private lookedBootUs = bootTimeUs();

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
      const before = this.sum(kind, 'received');
      const nowUs = bootTimeUs();
      const counter = new TracepointCounter(id, cpus, filter);
      return [{ kind, counter, before, reported: 0, read: 0, readBootUs: nowUs, exactBootUs: nowUs }];
    });
  }

  /** Whether it is time for a look: reading a counter interrupts its CPU. */
  isDue(): boolean {
    return bootTimeUs() - this.lookedBootUs > Math.max(LOOK_EVERY_US, this.cpus.length * US_A_CPU);
  }

  /** To be called before the rings are read. */
  count(): void {
    for (const each of this.watched) {
      each.readBootUs = bootTimeUs();
      each.read = each.counter.read();
      const afterUs = bootTimeUs();
      for (const sink of this.sinks()) sink.countFrom(each.kind, each.readBootUs, afterUs);
    }
  }

  /** To be called after that: what is missing besides what was found missing before. `inRings`: a ring may have lost some of it. */
  look(inRings: boolean): Loss[] {
    this.lookedBootUs = bootTimeUs();
    return this.watched.flatMap((each) => this.newlyMissing(each, inRings));
  }

  private newlyMissing(each: Watched, inRings: boolean): Loss[] {
    const { kind, before, read, reported, readBootUs, exactBootUs } = each;
    const received = this.sum(kind, 'received') - before;
    const least = read - (received - this.sum(kind, 'sinceAfter'));
    const most = read - (received - this.sum(kind, 'sinceBefore'));
    each.reported = Math.max(reported, least);
    if (most <= each.reported) each.exactBootUs = readBootUs;
    const lost = least - reported;
    // What did not fit into a ring has no kind: it may be this.
    if (lost <= 0 || inRings) return [];
    return [{ fromBootUs: exactBootUs, toBootUs: this.lookedBootUs, cpu: undefined, lost, reason: 'continuity' }];
  }

  close(): void {
    for (const { counter } of this.watched) counter.close();
    this.watched = [];
  }

  private sum(kind: number, counts: 'received' | 'sinceBefore' | 'sinceAfter'): number {
    let sum = 0;
    for (const sink of this.sinks()) sum += sink[counts][kind] ?? 0;
    return sum;
  }
}
