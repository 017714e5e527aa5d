import type { Loss } from '../model/probe-event.js';

/** How long a record that was begun may take to be stored, microseconds: a virtual CPU can be held up in the middle of one. */
const OVERDUE_US = 1_000_000;

/** Items with their times, boot clock microseconds, in order of time: two arrays, for an object for each would outlive scavenges. */
export interface Timed<T> {
  readonly times: readonly number[];
  readonly items: readonly T[];
}

export interface Advanced<T> {
  readonly run: Timed<T>;
  /** No event of this CPU that is still to come is older; infinity where none is known to be on its way. */
  readonly heldFromBootUs: number;
}

/**
 * The records of one CPU, by sequence number.
 *
 * A program counts, takes the time, and stores the record, in this order; on one CPU one record after the other (the kernel
 * does not nest tracing programs). A drain asks for each missing number, or visits each bucket of the map once, so what was
 * stored before it began comes out in it at the latest. Hence a number below the highest that an earlier drain saw, and still missing after this one, was
 * never stored: the map was full. Any other hole may fill in the next drain, and holds back everything after it. So does a
 * number that was counted before the drain began and did not come: it is on its way, or, after a second, lost.
 */
export class CpuQueue<T> {
  /** The next sequence number to hand on. */
  private next = 1;
  /** The highest number seen in earlier passes. */
  private settled = 0;
  private highest = 0;
  private lastBootUs: number;
  private begun = 0;
  /** What had been begun at some pass and has not all come since. */
  private overdue: { readonly count: number; readonly sinceBootUs: number } | undefined;
  /** What was drained from the map and not delivered yet, unordered: three parallel arrays. */
  private sequences: number[] = [];
  private times: number[] = [];
  private items: T[] = [];

  constructor(
    private readonly cpu: number,
    startBootUs: number,
  ) {
    this.lastBootUs = startBootUs;
  }

  get waiting(): number {
    return this.sequences.length;
  }

  /** How many records this CPU had begun before the coming pass; answers how many of them are not here. */
  expect(begun: number): number {
    this.begun = begun;
    return Math.max(this.begun, this.highest) - this.next + 1 - this.waiting;
  }

  /** The sequence numbers that were begun and are not here, in order. */
  missing(): number[] {
    const through = Math.max(this.begun, this.highest);
    const here = new Set(this.sequences);
    const missing: number[] = [];
    for (let sequence = this.next; sequence <= through; sequence++) if (!here.has(sequence)) missing.push(sequence);
    return missing;
  }

  add(sequence: number, bootUs: number, item: T): void {
    this.sequences.push(sequence);
    this.times.push(bootUs);
    this.items.push(item);
    if (sequence > this.highest) this.highest = sequence;
  }

  /** Ends a pass that began after `passBootUs`; adds what is now known to be lost. */
  endPass(passBootUs: number, losses: Loss[]): Advanced<T> {
    const run = this.advance(this.settled, losses);
    this.settled = this.highest;
    this.settleOverdue(passBootUs, losses);
    const held = this.waiting > 0 || this.begun >= this.next;
    return { run, heldFromBootUs: held ? this.lastBootUs : Number.POSITIVE_INFINITY };
  }

  /** Hands on everything, and takes everything else that was begun for lost. */
  finish(passBootUs: number, losses: Loss[]): Timed<T> {
    const run = this.advance(Number.POSITIVE_INFINITY, losses);
    this.loseThrough(Math.max(this.highest, this.begun), passBootUs, losses);
    return run;
  }

  /** Puts something else in the place of each item that waits. */
  replace(by: (item: T) => T): void {
    this.items = this.items.map(by);
  }

  /** Takes out the items up to the first hole that may still fill. */
  private advance(settled: number, losses: Loss[]): Timed<T> {
    if (this.isWhole()) return this.takeAll();
    const { times, items } = this;
    const places = this.placesBySequence();
    const first = this.next;
    const run = { times: [] as number[], items: [] as T[] };
    let at = 0;
    for (; at < places.length; at++) {
      const place = places[at];
      if (place === undefined) continue;
      const sequence = first + at;
      const bootUs = times[place] ?? this.lastBootUs;
      if (sequence > this.next) {
        if (sequence > settled) break;
        this.loseThrough(sequence - 1, bootUs, losses);
      }
      this.next = sequence + 1;
      this.lastBootUs = bootUs;
      run.times.push(bootUs);
      run.items.push(items[place] as T);
    }
    this.keep(places.slice(at));
    return run;
  }

  /** Whether the queue continues the last number delivered without a hole: nearly always. */
  private isWhole(): boolean {
    const { sequences, next } = this;
    for (let index = 0; index < sequences.length; index++) if (sequences[index] !== next + index) return false;
    return true;
  }

  private takeAll(): Timed<T> {
    const { times, items } = this;
    this.next += items.length;
    this.lastBootUs = times.at(-1) ?? this.lastBootUs;
    this.keep([]);
    return { times, items };
  }

  /** The last numbers before a CPU fell idle are not followed by any that could show the hole: time does. */
  private settleOverdue(passBootUs: number, losses: Loss[]): void {
    if (this.waiting > 0 || this.begun < this.next) {
      this.overdue = undefined;
    } else if (this.overdue === undefined || this.overdue.count < this.next) {
      this.overdue = { count: this.begun, sinceBootUs: passBootUs };
    } else if (passBootUs - this.overdue.sinceBootUs >= OVERDUE_US) {
      this.loseThrough(this.overdue.count, this.overdue.sinceBootUs, losses);
      this.overdue = undefined;
    }
  }

  private loseThrough(sequence: number, toBootUs: number, losses: Loss[]): void {
    const lost = sequence - this.next + 1;
    if (lost <= 0) return;
    losses.push({ fromBootUs: this.lastBootUs, toBootUs, cpu: this.cpu, lost, reason: 'sequence' });
    this.next = sequence + 1;
    this.lastBootUs = Math.max(this.lastBootUs, toBootUs);
  }

  /** Where in the three arrays each sequence number from `next` on is; undefined for a hole. */
  private placesBySequence(): (number | undefined)[] {
    const places = new Array<number | undefined>(Math.max(0, this.highest - this.next + 1));
    this.sequences.forEach((sequence, place) => {
      if (sequence >= this.next) places[sequence - this.next] = place;
    });
    return places;
  }

  /** Leaves in the queue what lies at these places, and nothing else. */
  private keep(places: readonly (number | undefined)[]): void {
    const { sequences, times, items } = this;
    this.sequences = [];
    this.times = [];
    this.items = [];
    for (const place of places) {
      if (place === undefined) continue;
      this.sequences.push(sequences[place] as number);
      this.times.push(times[place] as number);
      this.items.push(items[place] as T);
    }
  }
}
