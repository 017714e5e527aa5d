/** The memory of rings as the kernel lays it out, written by a test. */

export const PAGE = 4_096;
/** The number that bpftrace gives a format, before each record. */
const FORMAT_ID = [7, 0];

/** Writes what perf_output_sample() does into the buffer of a perf event: include/uapi/linux/perf_event.h. */
export class MadePerfRing {
  readonly buffer: ArrayBuffer;
  private readonly positions: BigUint64Array;
  private readonly data: Uint32Array;

  /** `start`: what was written and read before. */
  constructor(
    readonly size: number,
    start = 0,
  ) {
    this.buffer = new ArrayBuffer(PAGE + size);
    this.positions = new BigUint64Array(this.buffer, 1_024, 2);
    this.positions.fill(BigInt(start));
    this.data = new Uint32Array(this.buffer, PAGE);
  }

  get head(): number {
    return Number(this.positions[0]);
  }

  get tail(): number {
    return Number(this.positions[1]);
  }

  /** A PERF_RECORD_SAMPLE with what a program wrote: padded, so that the next header is aligned. */
  write(record: Uint32Array): void {
    const raw = [...FORMAT_ID, ...record];
    if (raw.length % 2 === 0) raw.push(0);
    this.put([9, (3 + raw.length) << 18, raw.length * 4, ...raw]);
  }

  /** A PERF_RECORD_LOST. */
  lose(count: number): void {
    this.put([2, 24 << 16, 77, 0, count, 0]);
  }

  private put(words: readonly number[]): void {
    const { head } = this;
    putWords(this.data, head / 4, words);
    this.positions[0] = BigInt(head + words.length * 4);
  }
}

const BUSY = 0x8000_0000;
const DISCARDED = 0x4000_0000;

/** Writes what bpf_ringbuf_output() does: kernel/bpf/ringbuf.c. */
export class MadeBpfRing {
  readonly consumer = new ArrayBuffer(PAGE);
  readonly producer: ArrayBuffer;
  private readonly consumed = new BigUint64Array(this.consumer, 0, 1);
  private readonly produced: BigUint64Array;
  private readonly data: Uint32Array;

  /** `start`: what was written and read before. */
  constructor(
    readonly size: number,
    start = 0,
  ) {
    this.producer = new ArrayBuffer(PAGE + size);
    this.produced = new BigUint64Array(this.producer, 0, 1);
    this.data = new Uint32Array(this.producer, PAGE);
    this.consumed[0] = BigInt(start);
    this.produced[0] = BigInt(start);
  }

  get head(): number {
    return Number(this.produced[0]);
  }

  get tail(): number {
    return Number(this.consumed[0]);
  }

  write(record: Uint32Array): void {
    this.begin(record).commit();
  }

  /** What a program has begun, and not ended yet. */
  begin(record: Uint32Array): { commit(): void; discard(): void } {
    const payload = [...FORMAT_ID, ...record];
    const bytes = payload.length * 4;
    const padding = payload.length % 2 === 0 ? [] : [0];
    const { head } = this;
    putWords(this.data, head / 4, [bytes + BUSY, 0, ...payload, ...padding]);
    this.produced[0] = BigInt(head + 8 + bytes + padding.length * 4);
    const end = (header: number) => putWords(this.data, head / 4, [header]);
    return { commit: () => end(bytes), discard: () => end(bytes + DISCARDED) };
  }
}

/** Goes on at the beginning where the end is reached. */
function putWords(data: Uint32Array, at: number, words: readonly number[]): void {
  words.forEach((word, index) => {
    data[(at + index) % data.length] = word;
  });
}
