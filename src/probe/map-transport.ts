import { cpus } from 'node:os';
import { type BatchDrain, BpfMap, bpfIdsOf } from '../sys/bpf.js';
import { bootTimeUs } from '../sys/clock.js';
import { beforeOthers } from '../sys/scheduling.js';
import type { Bpftrace } from './bpftrace.js';
import type { EventOrder, Ordered } from './event-order.js';
import { RECORD_FIELDS } from './program.js';
import { eventOfRecord, RECORD_WORDS, type RecordContext } from './record.js';

/** Entries a system call: large enough that a call's own cost does not matter. */
const BATCH_ENTRIES = 4_096;
/** Up to this many new events are taken one by one: cheaper than a walk over all buckets. */
const MOST_SINGLY = 4_096;
const KEY_WORDS = 2;
const COMM_LENGTH = 16;
/** Names kept before the map of names is emptied of those already read. */
const MAX_NAMES = 16_384;

/** Reads bpftrace's maps: events, per-CPU counts, names of processes. */
export class MapTransport {
  private readonly drain: BatchDrain;
  private readonly context: RecordContext;
  private readonly names = new Map<number, string>();
  private readonly cpuCount = cpus().length;
  /** By CPU, the sequence number up to which it was drained. */
  private readonly taken: number[] = [];
  private single = true;
  private incomplete = false;

  private constructor(
    private readonly events: BpfMap,
    private readonly counts: BpfMap,
    private readonly comms: BpfMap,
    resetReason: (code: number) => string | undefined,
  ) {
    this.drain = events.drain(BATCH_ENTRIES);
    this.context = { commOf: (pid) => this.commOf(pid), resetReason };
  }

  /** Opens the maps of a bpftrace that is ready, and checks the sentinel; undefined where the layout is another or the maps are out of reach. */
  static open(bpftrace: Bpftrace, resetReason: (code: number) => string | undefined): MapTransport | undefined {
    const maps = bpfIdsOf(bpftrace.pid, 'map')
      .map((id) => BpfMap.open(id))
      .filter((map) => map !== undefined);
    const named = (name: string) => maps.find((map) => map.info.name === `AT_${name}`);
    const [events, counts, comms] = [named('e'), named('n'), named('p')];
    const used = new Set([events, counts, comms]);
    for (const map of maps) if (!used.has(map)) map.close();
    if (events === undefined || counts === undefined || comms === undefined || !sentinelHolds(events)) {
      for (const map of used) map?.close();
      return undefined;
    }
    return new MapTransport(events, counts, comms, resetReason);
  }

  /**
   * Takes out what is in the map, into `order`. Costs a look-up a CPU where nothing has happened.
   *
   * While bpf(2) is inside a map the kernel runs no tracing program on that CPU (bpf_disable_instrumentation), so a drain has
   * to be short and must not be preempted: few entries are taken one by one, by the keys that the counts give; a batch, which
   * walks all buckets, is for many. Meanwhile this thread runs before ordinary ones.
   */
  pass(order: EventOrder): number {
    const counts = this.countsNow();
    const fresh = counts.reduce((sum, count, cpu) => sum + count - (this.taken[cpu] ?? 0), 0);
    if (fresh === 0) return 0;
    this.names.clear();
    return beforeOthers(() =>
      this.single && fresh <= MOST_SINGLY ? this.takeSingly(order, counts) : this.takeAll(order, counts),
    );
  }

  private takeSingly(order: EventOrder, counts: readonly number[]): number {
    const total = counts.reduce((sum, count, cpu) => sum + count - (this.taken[cpu] ?? 0), 0);
    const records = new Uint32Array(total * RECORD_WORDS);
    const found: { readonly cpu: number; readonly sequence: number }[] = [];
    for (const [cpu, count] of counts.entries()) {
      for (let sequence = (this.taken[cpu] ?? 0) + 1; sequence <= count; sequence++) {
        const result = this.events.take(sequence * 256 + cpu, records, found.length * RECORD_WORDS);
        if (result < 0) {
          this.single = false;
          return this.takeAll(order, counts);
        }
        // Counted a moment before it is stored: the newest may come with the next pass, which takes all.
        if (result === 0) this.incomplete = true;
        else found.push({ cpu, sequence });
      }
      this.taken[cpu] = count;
    }
    found.forEach(({ cpu, sequence }, index) => {
      order.add(cpu, sequence, eventOfRecord(records, index * RECORD_WORDS, cpu, this.context));
    });
    if (!this.incomplete) return found.length;
    this.incomplete = false;
    return found.length + this.takeAll(order, counts);
  }

  private takeAll(order: EventOrder, counts: readonly number[]): number {
    counts.forEach((count, cpu) => {
      this.taken[cpu] = count;
    });
    const { keys, values } = this.drain;
    return this.drain.pass((entries) => {
      const records = values.slice(0, entries * RECORD_WORDS);
      for (let i = 0; i < entries; i++) {
        const low = keys[i * KEY_WORDS] ?? 0;
        const cpu = low & 255;
        const sequence = ((keys[i * KEY_WORDS + 1] ?? 0) * 4_294_967_296 + low - cpu) / 256;
        if (sequence > 0) order.add(cpu, sequence, eventOfRecord(records, i * RECORD_WORDS, cpu, this.context));
      }
    });
  }

  /** Drains a last time and settles what is missing, against the programs' own counts. */
  finish(order: EventOrder): Ordered {
    // Counted first: what is counted is in the map a moment later, what comes after the drain is not counted.
    const counts = this.countsNow();
    const bootUs = bootTimeUs();
    beforeOthers(() => this.takeAll(order, counts));
    return order.finish(bootUs, new Map(counts.map((count, cpu) => [cpu, count])));
  }

  close(): void {
    this.events.close();
    this.counts.close();
    this.comms.close();
  }

  private countsNow(): number[] {
    return Array.from({ length: this.cpuCount }, (_, cpu) => this.countOf(cpu));
  }

  private countOf(cpu: number): number {
    const value = this.counts.lookup(cpu);
    return value === undefined ? 0 : Number(new DataView(value.buffer).getBigUint64(0, true));
  }

  private commOf(pid: number): string {
    const known = this.names.get(pid);
    if (known !== undefined) return known;
    const value = this.comms.lookup(pid);
    const name = value === undefined ? '' : textOf(value);
    this.names.set(pid, name);
    if (this.names.size > MAX_NAMES) for (const read of this.names.keys()) this.comms.delete(read);
    return name;
  }
}

/** A command name up to its NUL; bytes that are no UTF-8 become replacement characters. */
function textOf(bytes: Uint8Array): string {
  const length = bytes.subarray(0, COMM_LENGTH).indexOf(0);
  return Buffer.from(bytes.subarray(0, length < 0 ? COMM_LENGTH : length)).toString('utf8');
}

/** BEGIN wrote 1, 2, 3 ... under the key 0: the values lie as they are expected to. */
function sentinelHolds(events: BpfMap): boolean {
  if (events.info.keySize !== 8 || events.info.valueSize !== RECORD_FIELDS * 8) return false;
  const value = events.lookup(0);
  if (value === undefined) return false;
  const view = new DataView(value.buffer);
  for (let field = 0; field < RECORD_FIELDS; field++) {
    if (view.getBigUint64(field * 8, true) !== BigInt(field + 1)) return false;
  }
  events.delete(0);
  return true;
}
