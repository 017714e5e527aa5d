import type { Loss } from '../model/probe-event.js';
import { packRun } from './packed-run.js';
import { isRecord, isSentinel, KINDS, LONGEST_RECORD, META, recordNs, recordWords } from './record-layout.js';

/** Collects the records of one ring, one read at a time: without the kernel's headers, and in order of time. */
export class RecordSink {
  /** Whether the sentinel was received: the layout of records is the expected one. */
  sound = false;
  private words = new Uint32Array(16_384);
  private used = 0;
  private starts: number[] = [];
  private ordered = true;
  private lastNs: number;
  private losses: Loss[] = [];
  /** What the kernel lost after the last record. */
  private pending = 0;
  /** How many records the kernel has said it lost; those of no known shape are lost as well. */
  lost = 0;
  /** How many came of each kind; and of these, since the last `countFrom`, that are of later than its two times. */
  readonly received = new Float64Array(KINDS + 1);
  readonly sinceBefore = new Float64Array(KINDS + 1);
  readonly sinceAfter = new Float64Array(KINDS + 1);
  private readonly beforeNs = new Float64Array(KINDS + 1).fill(Number.POSITIVE_INFINITY);
  private readonly afterNs = new Float64Array(KINDS + 1).fill(Number.POSITIVE_INFINITY);

  constructor(
    private readonly cpu: number | undefined,
    startBootUs: number,
  ) {
    this.lastNs = startBootUs * 1000;
  }

  /** Takes `count` words, which lie at `at` of memory that wraps around after `mask` + 1 words. */
  add(memory: Uint32Array, at: number, mask: number, count: number): void {
    if (count > LONGEST_RECORD) {
      this.pending++;
      return;
    }
    const base = this.used;
    if (base + count > this.words.length) this.grow(base + count);
    const { words } = this;
    for (let i = 0; i < count; i++) words[base + i] = memory[(at + i) & mask] as number;
    if (!isRecord(words, base, count)) {
      if (isSentinel(words, base, count)) this.sound = true;
      else this.pending++;
      return;
    }
    const ns = recordNs(words, base);
    if (this.pending > 0) this.settle(ns);
    if (ns < this.lastNs) this.ordered = false;
    else this.lastNs = ns;
    this.starts.push(base);
    this.used += count;
    const kind = (words[base + META] as number) & 255;
    this.received[kind] = (this.received[kind] as number) + 1;
    if (ns <= (this.beforeNs[kind] as number)) return;
    this.sinceBefore[kind] = (this.sinceBefore[kind] as number) + 1;
    if (ns > (this.afterNs[kind] as number)) this.sinceAfter[kind] = (this.sinceAfter[kind] as number) + 1;
  }

  /** A counter of the events of a kind was read between these boot times. */
  countFrom(kind: number, beforeUs: number, afterUs: number): void {
    this.beforeNs[kind] = beforeUs * 1000;
    this.afterNs[kind] = afterUs * 1000;
    this.sinceBefore[kind] = 0;
    this.sinceAfter[kind] = 0;
  }

  /** The kernel lost that many records here. */
  lose(count: number): void {
    this.lost += count;
    this.pending += count;
  }

  /** Boot time of the last record. */
  get lastBootUs(): number {
    return this.lastNs / 1000;
  }

  /** What was lost after the last record, at the end of a recording. */
  loseRest(count: number, throughBootUs: number): void {
    this.lose(count);
    if (this.pending > 0) this.settle(throughBootUs * 1000);
  }

  /** The records since the last call, in order of time, in memory of their own, `packed` as by `packRun`; undefined: there are none. */
  take(packed = false): Uint32Array<ArrayBuffer> | undefined {
    const { used, starts } = this;
    if (used === 0) return undefined;
    const lies = this.words.subarray(0, used);
    const run = packed ? packRun(this.ordered ? lies : this.sorted()) : this.ordered ? lies.slice() : this.sorted();
    this.used = 0;
    starts.length = 0;
    this.ordered = true;
    return run;
  }

  takeLosses(): Loss[] {
    const { losses } = this;
    this.losses = [];
    return losses;
  }

  private settle(toNs: number): void {
    const fromBootUs = this.lastNs / 1000;
    const toBootUs = Math.max(fromBootUs, toNs / 1000);
    this.losses.push({ fromBootUs, toBootUs, cpu: this.cpu, lost: this.pending, reason: 'overrun' });
    this.pending = 0;
  }

  /** A ring that all CPUs share has records of different CPUs out of order by microseconds. */
  private sorted(): Uint32Array<ArrayBuffer> {
    const { words, starts, used } = this;
    const order = starts.map((start) => ({ start, ns: recordNs(words, start) })).sort((a, b) => a.ns - b.ns);
    const run = new Uint32Array(used);
    let at = 0;
    for (const { start } of order) {
      const record = words.subarray(start, start + recordWords(words[start + META] as number));
      run.set(record, at);
      at += record.length;
    }
    return run;
  }

  private grow(atLeast: number): void {
    const larger = new Uint32Array(Math.max(atLeast, this.words.length * 2));
    larger.set(this.words.subarray(0, this.used));
    this.words = larger;
  }
}
