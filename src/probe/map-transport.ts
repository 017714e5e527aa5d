import { type BatchDrain, BpfMap, bpfIdsOf } from '../sys/bpf.js';
import { bootTimeUs } from '../sys/clock.js';
import { presentCpus } from '../sys/cpus.js';
import { beforeOthers } from '../sys/scheduling.js';
import type { Bpftrace } from './bpftrace.js';
import { RECORD_WORDS, type RecordContext } from './event-record.js';
import { ProcessNames } from './process-names.js';
import { CPU_BITS, RECORD_FIELDS } from './program.js';
import type { LastPass, RecordOrder } from './record-order.js';

/** Entries a system call: large enough that a call's own cost does not matter. */
const BATCH_ENTRIES = 4_096;
/** Up to this many events are taken one by one: cheaper than a walk over all buckets. */
const MOST_SINGLY = 4_096;
const KEY_WORDS = 2;
const CPU_MASK = 2 ** CPU_BITS - 1;
/** Sequence numbers for each number in the key's high word. */
const HIGH_WORD = 2 ** (32 - CPU_BITS);

/** Reads bpftrace's maps: events, per-CPU counts, names of processes. */
export class MapTransport {
  private readonly drain: BatchDrain;
  readonly context: RecordContext;
  private readonly names: ProcessNames;
  private readonly cpus = presentCpus();
  /** A record is in the map as soon as it was counted. */
  readonly delayUs = 0;
  /** Whether this kernel can take entries one by one. */
  private single = true;

  private constructor(
    private readonly events: BpfMap,
    private readonly counts: BpfMap,
    comms: BpfMap,
    resetReason: (code: number) => string | undefined,
  ) {
    this.drain = events.drain(BATCH_ENTRIES);
    this.names = new ProcessNames(comms);
    this.context = { commOf: (pid) => this.names.of(pid), resetReason };
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
  pass(order: RecordOrder): number {
    let wanted = 0;
    for (const cpu of this.cpus) wanted += order.expect(cpu, this.countOf(cpu));
    if (wanted === 0) return 0;
    this.names.beginPass();
    return beforeOthers(() =>
      this.single && wanted <= MOST_SINGLY ? this.takeSingly(order, wanted) : this.takeAll(order),
    );
  }

  /** Drains a last time; answers the programs' own counts, and when they were read. */
  lastPass(order: RecordOrder): LastPass {
    // Counted first: what is counted is in the map a moment later, what comes after the drain is not counted.
    const bootUs = bootTimeUs();
    const counts = new Map(this.cpus.map((cpu) => [cpu, this.countOf(cpu)]));
    this.names.beginPass();
    // One that a program was about to store then is there by the second look.
    const missing = () => this.cpus.some((cpu) => order.expect(cpu, counts.get(cpu) ?? 0) > 0);
    beforeOthers(() => {
      this.takeAll(order);
      if (missing()) this.takeAll(order);
    });
    return { bootUs, counts };
  }

  close(): void {
    this.events.close();
    this.counts.close();
    this.names.close();
  }

  /** By key; one that is not there is on its way or lost, and asked for again until `order` gives it up. */
  private takeSingly(order: RecordOrder, wanted: number): number {
    const records = new Uint32Array(wanted * RECORD_WORDS);
    order.begin(records);
    let taken = 0;
    for (const cpu of this.cpus) {
      for (const sequence of order.missing(cpu)) {
        const keyLow = ((sequence % HIGH_WORD) * 2 ** CPU_BITS + cpu) >>> 0;
        const result = this.events.take(keyLow, Math.floor(sequence / HIGH_WORD), records, taken * RECORD_WORDS);
        if (result < 0) {
          this.single = false;
          return taken + this.takeAll(order);
        }
        if (result === 0) continue;
        order.add(cpu, sequence, taken++);
      }
    }
    return taken;
  }

  private takeAll(order: RecordOrder): number {
    const { keys, values } = this.drain;
    return this.drain.pass((entries) => {
      order.begin(values.slice(0, entries * RECORD_WORDS));
      for (let i = 0; i < entries; i++) {
        const low = keys[i * KEY_WORDS] ?? 0;
        const cpu = low & CPU_MASK;
        const sequence = (keys[i * KEY_WORDS + 1] ?? 0) * HIGH_WORD + (low >>> CPU_BITS);
        if (sequence > 0) order.add(cpu, sequence, i);
      }
    });
  }

  private countOf(cpu: number): number {
    const value = this.counts.lookup(cpu);
    if (value === undefined) return 0;
    const view = new DataView(value.buffer);
    return view.getUint32(4, true) * 4_294_967_296 + view.getUint32(0, true);
  }
}

/** The first block wrote 1, 2, 3 ... under the key 0: the values lie as they are expected to. */
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
