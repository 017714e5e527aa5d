/** The memory that the taken programs write into, opened and read in the thread that empties it. */
import type { Loss } from '../model/probe-event.js';
import { ArrayCounter, putDescriptor } from '../sys/bpf.js';
import { bootTimeUs } from '../sys/clock.js';
import { cpusOfList, onlineList, possibleCpus } from '../sys/cpus.js';
import { Mapping, PAGE_BYTES } from '../sys/mapping.js';
import { OutputEvent } from '../sys/perf-event.js';
import { RecordSink } from './record-sink.js';
import { BpfRing, PerfRing, type Ring } from './rings.js';
import type { Outlet } from './take-over.js';

/** From this share on a ring may have been too small for a record. */
export const NEARLY_FULL = 0.9;

/** What of the programs' records is in memory. */
export interface Reader {
  readonly sinks: Iterable<RecordSink>;
  /** Whether a CPU is online that bpftrace has no ring for: another bpftrace has to be started. */
  readonly outgrown: boolean;
  /** The CPUs whose programs write into it. */
  readonly cpus: readonly number[];
  /** Nothing was written since the last `drain`. */
  readonly isEmpty: boolean;
  /** Takes all records. @returns the largest share of a ring that was used */
  drain(): number;
  /** Losses since the last call that no record reports. Call it about once a second. */
  look(): Loss[];
  /** After the last `drain`, with no program attached any more: what was lost after the last records. */
  rest(): Loss[];
}

/** @throws Error where the kernel refuses the memory */
export function openReader(outlet: Outlet, ringBytes: number): Reader {
  return outlet.kind === 'perf' ? new PerfReader(outlet, ringBytes) : new RingReader(outlet);
}

interface CpuRing {
  readonly event: OutputEvent;
  readonly mapping: Mapping;
  readonly ring: Ring;
}

/** A perf event a CPU, in the place of bpftrace's own: those wake it up for each record. */
class PerfReader implements Reader {
  private readonly rings = new Map<number, CpuRing>();
  /** By CPU; one that went offline may have left records. */
  private readonly byCpu = new Map<number, RecordSink>();
  private lastLookBootUs = bootTimeUs();
  private lastShare = 0;
  outgrown = false;

  constructor(
    private readonly outlet: Extract<Outlet, { kind: 'perf' }>,
    private readonly ringBytes: number,
  ) {
    this.followCpus();
  }

  get sinks(): Iterable<RecordSink> {
    return this.byCpu.values();
  }

  get cpus(): readonly number[] {
    return [...this.rings.keys()];
  }

  get isEmpty(): boolean {
    for (const { ring } of this.rings.values()) if (!ring.isEmpty) return false;
    return true;
  }

  drain(): number {
    let most = 0;
    for (const [cpu, { ring }] of this.rings) most = Math.max(most, ring.drain(this.sinkOf(cpu)) / ring.size);
    this.lastShare = most;
    return most;
  }

  look(): Loss[] {
    return this.followCpus();
  }

  rest(): Loss[] {
    const losses: Loss[] = [];
    const toBootUs = bootTimeUs();
    for (const [cpu, { event }] of this.rings) {
      const sink = this.sinkOf(cpu);
      if (event.countsLost) sink.loseRest(Math.max(0, event.lost - sink.lost), toBootUs);
      else if (this.lastShare > NEARLY_FULL)
        losses.push({ fromBootUs: sink.lastBootUs, toBootUs, cpu, lost: undefined, reason: 'overrun' });
    }
    return losses;
  }

  /** Opens a ring for each CPU that has come online, or come back. */
  private followCpus(): Loss[] {
    const fromBootUs = this.lastLookBootUs;
    this.lastLookBootUs = bootTimeUs();
    for (const [cpu, { event, mapping, ring }] of this.rings) {
      if (event.hasRun()) continue;
      this.rings.delete(cpu);
      const sink = this.sinkOf(cpu);
      ring.drain(sink);
      sink.loseRest(Math.max(0, event.lost - sink.lost), this.lastLookBootUs);
      sink.lost = 0;
      mapping.close();
      event.close();
    }
    const cpus = cpusOfList(onlineList());
    this.outgrown = cpus.some((cpu) => cpu >= this.outlet.entries);
    const come = cpus.filter((cpu) => !this.rings.has(cpu) && cpu < this.outlet.entries);
    for (const cpu of come) this.open(cpu);
    return come.map((cpu) => ({ fromBootUs, toBootUs: bootTimeUs(), cpu, lost: undefined, reason: 'tracer' }));
  }

  private sinkOf(cpu: number): RecordSink {
    let sink = this.byCpu.get(cpu);
    if (sink === undefined) {
      sink = new RecordSink(cpu, bootTimeUs());
      this.byCpu.set(cpu, sink);
    }
    return sink;
  }

  private open(cpu: number): void {
    const event = OutputEvent.open(cpu);
    const mapping = Mapping.open(event.fd, PAGE_BYTES + this.ringBytes, { writable: true });
    event.enable();
    const failed = putDescriptor(this.outlet.mapFd, cpu, event.fd);
    if (failed !== 0) throw new Error(`putting a ring into bpftrace's map: errno ${failed}`);
    const ring = new PerfRing(mapping.buffer, PAGE_BYTES, this.ringBytes);
    this.rings.set(cpu, { event, mapping, ring });
  }
}

/** The ring buffer that all programs share. What did not fit is counted by them: between two looks at the count. */
class RingReader implements Reader {
  readonly outgrown = false;
  private readonly sink = new RecordSink(undefined, bootTimeUs());
  private readonly ring: Ring;
  private readonly counter: ArrayCounter | undefined;
  private counted: number;
  private lastLookBootUs = bootTimeUs();
  private mayHaveLost = false;

  constructor({ mapFd, bytes, lossFd }: Extract<Outlet, { kind: 'ring' }>) {
    const consumer = Mapping.open(mapFd, PAGE_BYTES, { writable: true });
    const producer = Mapping.open(mapFd, PAGE_BYTES + bytes, { writable: false, offset: PAGE_BYTES });
    this.ring = new BpfRing(consumer.buffer, producer.buffer, PAGE_BYTES, bytes);
    this.counter = lossFd === undefined ? undefined : new ArrayCounter(lossFd, possibleCpus());
    this.counted = this.counter?.read() ?? 0;
  }

  get sinks(): Iterable<RecordSink> {
    return [this.sink];
  }

  get cpus(): readonly number[] {
    return cpusOfList(onlineList());
  }

  get isEmpty(): boolean {
    return this.ring.isEmpty;
  }

  drain(): number {
    const share = this.ring.drain(this.sink) / this.ring.size;
    if (share > NEARLY_FULL) this.mayHaveLost = true;
    return share;
  }

  look(): Loss[] {
    const fromBootUs = this.lastLookBootUs;
    const toBootUs = bootTimeUs();
    this.lastLookBootUs = toBootUs;
    const lost = this.newlyLost();
    this.mayHaveLost = false;
    return lost === 0 ? [] : [{ fromBootUs, toBootUs, cpu: undefined, lost, reason: 'overrun' }];
  }

  rest(): Loss[] {
    return this.look();
  }

  /** Undefined: unknown, for this bpftrace has no count. */
  private newlyLost(): number | undefined {
    if (this.counter === undefined) return this.mayHaveLost ? undefined : 0;
    const before = this.counted;
    this.counted = this.counter.read();
    return this.counted - before;
  }
}
