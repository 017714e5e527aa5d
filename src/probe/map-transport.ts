import { cpus } from 'node:os';
import { type BatchDrain, BpfMap, bpfIdsOf } from '../sys/bpf.js';
import { bootTimeUs } from '../sys/clock.js';
import type { Bpftrace } from './bpftrace.js';
import type { EventOrder, Ordered } from './event-order.js';
import { RECORD_FIELDS } from './program.js';
import { eventOfRecord, RECORD_WORDS, type RecordContext } from './record.js';

/** Entries a system call: large enough that a call's own cost does not matter. */
const BATCH_ENTRIES = 4_096;
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
  private lastCount = -1;

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

  /** Takes out what is in the map, into `order`. Costs two look-ups where nothing has happened. */
  pass(order: EventOrder): number {
    const count = this.totalCount();
    if (count === this.lastCount) return 0;
    this.lastCount = count;
    this.names.clear();
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
    const counts = new Map<number, number>();
    for (let cpu = 0; cpu < this.cpuCount; cpu++) counts.set(cpu, this.countOf(cpu));
    const bootUs = bootTimeUs();
    this.lastCount = -1;
    this.pass(order);
    return order.finish(bootUs, counts);
  }

  close(): void {
    this.events.close();
    this.counts.close();
    this.comms.close();
  }

  private totalCount(): number {
    let total = 0;
    for (let cpu = 0; cpu < this.cpuCount; cpu++) total += this.countOf(cpu);
    return total;
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
