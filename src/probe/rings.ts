/** The two kinds of memory that bpftrace's programs write their records into, read where they are mapped. */
import type { RecordSink } from './record-sink.js';

/** The number of bpftrace's format comes before each record. */
const FORMAT_ID_BYTES = 8;

/** The words of a record of so many bytes; what is less than a number is padding. */
function wordsIn(bytes: number): number {
  return Math.max(0, Math.floor((bytes - FORMAT_ID_BYTES) / 8)) * 2;
}

export interface Ring {
  /** Bytes that it can hold. */
  readonly size: number;
  /** Nothing was written since the last `drain`. Takes no time: nearly every look at an idle host's ring ends with it. */
  readonly isEmpty: boolean;
  /** Takes everything that was written by now. @returns its bytes */
  drain(sink: RecordSink): number;
}

/** Offsets in struct perf_event_mmap_page, the page before the data (include/uapi/linux/perf_event.h). */
const DATA_HEAD = 1_024;
const DATA_TAIL = 1_032;
const PERF_RECORD_LOST = 2;
const PERF_RECORD_SAMPLE = 9;

/** A perf event's buffer: the records of one CPU, in order of time. Where it was full, a PERF_RECORD_LOST has the number in its place. */
export class PerfRing implements Ring {
  private readonly positions: BigInt64Array;
  /** Their lower halves: a ring is smaller than they count. */
  private readonly halves: Int32Array;
  private readonly data: Uint32Array;
  private tail: bigint;

  /** `buffer`: a page, and then the data, a power of two. */
  constructor(
    buffer: ArrayBuffer,
    pageBytes: number,
    readonly size: number,
  ) {
    this.positions = new BigInt64Array(buffer, 0, pageBytes / 8);
    this.halves = new Int32Array(buffer, 0, pageBytes / 4);
    this.data = new Uint32Array(buffer, pageBytes, size / 4);
    this.tail = Atomics.load(this.positions, DATA_TAIL / 8);
  }

  get isEmpty(): boolean {
    return Atomics.load(this.halves, DATA_HEAD / 4) === Atomics.load(this.halves, DATA_TAIL / 4);
  }

  drain(sink: RecordSink): number {
    const head = Atomics.load(this.positions, DATA_HEAD / 8);
    const bytes = Number(head - this.tail);
    if (bytes === 0) return 0;
    const { data } = this;
    const mask = data.length - 1;
    let at = Number(this.tail & BigInt(this.size - 1)) >>> 2;
    // Each record: type and misc, size (16 bits at 6), then for a sample its length, which includes padding.
    for (let left = bytes >>> 2; left > 0; ) {
      const type = data[at] as number;
      const words = (data[(at + 1) & mask] as number) >>> 18;
      if (words === 0) throw new Error('a ring has a record without a length');
      if (type === PERF_RECORD_SAMPLE) {
        const length = data[(at + 2) & mask] as number;
        sink.add(data, at + 3 + FORMAT_ID_BYTES / 4, mask, wordsIn(length));
      } else if (type === PERF_RECORD_LOST) {
        sink.lose(data[(at + 4) & mask] as number);
      }
      at = (at + words) & mask;
      left -= words;
    }
    this.tail = head;
    Atomics.store(this.positions, DATA_TAIL / 8, head);
    return bytes;
  }
}

/** Bits of the length in a record's header: include/uapi/linux/bpf.h. */
const BUSY = 0x8000_0000;
const DISCARDED = 0x4000_0000;
const HEADER_WORDS = 2;

/** A BPF ring buffer (Linux 5.8): the records of all CPUs, nearly in order of time. It does not report what it lost. */
export class BpfRing implements Ring {
  private readonly consumer: BigInt64Array;
  private readonly producer: BigInt64Array;
  private readonly consumerHalf: Int32Array;
  private readonly producerHalf: Int32Array;
  private readonly data: Uint32Array;

  /** `consumer`: its page; `producer`: the producer's page, and then the data, a power of two. */
  constructor(
    consumer: ArrayBuffer,
    producer: ArrayBuffer,
    pageBytes: number,
    readonly size: number,
  ) {
    this.consumer = new BigInt64Array(consumer, 0, 1);
    this.producer = new BigInt64Array(producer, 0, 1);
    this.consumerHalf = new Int32Array(consumer, 0, 1);
    this.producerHalf = new Int32Array(producer, 0, 1);
    this.data = new Uint32Array(producer, pageBytes, size / 4);
  }

  get isEmpty(): boolean {
    return Atomics.load(this.consumerHalf, 0) === Atomics.load(this.producerHalf, 0);
  }

  drain(sink: RecordSink): number {
    const from = Atomics.load(this.consumer, 0);
    const bytes = Number(Atomics.load(this.producer, 0) - from);
    const { data } = this;
    const mask = data.length - 1;
    let taken = 0;
    while (taken < bytes) {
      const at = (Number(from & BigInt(this.size - 1)) + taken) >>> 2;
      const header = Atomics.load(data, at & mask);
      // One that a program is still writing: what comes after it waits.
      if ((header & BUSY) !== 0) break;
      const length = header & ~DISCARDED;
      if ((header & DISCARDED) === 0) {
        sink.add(data, at + HEADER_WORDS + FORMAT_ID_BYTES / 4, mask, wordsIn(length));
      }
      taken += ((length + 7) & ~7) + HEADER_WORDS * 4;
      if (taken > bytes) throw new Error('a ring has a record that ends after what was written');
    }
    if (taken > 0) Atomics.store(this.consumer, 0, from + BigInt(taken));
    return bytes;
  }
}
