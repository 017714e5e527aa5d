import type { Loss, ProbeEvent } from '../model/probe-event.js';

/** How long a record that was begun may take to be stored, microseconds: a virtual CPU can be held up in the middle of one. */
const OVERDUE_US = 1_000_000;

export interface Advanced {
  /** In order of time. */
  readonly events: ProbeEvent[];
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
export class CpuQueue {
  /** The next sequence number to hand on. */
  private next = 1;
  /** The highest number seen in earlier passes. */
  private settled = 0;
  private highest = 0;
  private lastBootUs: number;
  private begun = 0;
  /** What had been begun at some pass and has not all come since. */
  private overdue: { readonly count: number; readonly sinceBootUs: number } | undefined;
  /** What came out of the map and was not handed on yet, in no order: numbers, and the events parallel to them. */
  private sequences: number[] = [];
  private events: (ProbeEvent | undefined)[] = [];

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

  add(sequence: number, event: ProbeEvent | undefined): void {
    this.sequences.push(sequence);
    this.events.push(event);
    if (sequence > this.highest) this.highest = sequence;
  }

  /** Ends a pass that began after `passBootUs`; adds what is now known to be lost. */
  endPass(passBootUs: number, losses: Loss[]): Advanced {
    const events = this.advance(this.settled, losses);
    this.settled = this.highest;
    this.settleOverdue(passBootUs, losses);
    const held = this.waiting > 0 || this.begun >= this.next;
    return { events, heldFromBootUs: held ? this.lastBootUs : Number.POSITIVE_INFINITY };
  }

  /** Hands on everything, and takes everything else that was begun for lost. */
  finish(passBootUs: number, losses: Loss[]): ProbeEvent[] {
    const events = this.advance(Number.POSITIVE_INFINITY, losses);
    this.loseThrough(Math.max(this.highest, this.begun), passBootUs, losses);
    return events;
  }

  /** Takes out the events up to the first hole that may still fill. */
  private advance(settled: number, losses: Loss[]): ProbeEvent[] {
    if (this.isWhole()) return this.takeAll();
    const first = this.next;
    const slots = this.bySequence();
    const run: ProbeEvent[] = [];
    let at = 0;
    for (; at < slots.length; at++) {
      const event = slots[at];
      if (event === undefined) continue;
      const sequence = first + at;
      if (sequence > this.next) {
        if (sequence > settled) break;
        this.loseThrough(sequence - 1, event?.bootUs ?? this.lastBootUs, losses);
      }
      this.next = sequence + 1;
      if (event === null) continue;
      this.lastBootUs = event.bootUs;
      run.push(event);
    }
    this.keep(slots, first, at);
    return run;
  }

  /** Whether what is here follows on the last number handed on, one by one: so it nearly always does. */
  private isWhole(): boolean {
    const { sequences, events, next } = this;
    for (let index = 0; index < sequences.length; index++) {
      if (sequences[index] !== next + index || events[index] === undefined) return false;
    }
    return true;
  }

  private takeAll(): ProbeEvent[] {
    const run = this.events as ProbeEvent[];
    this.next += run.length;
    this.lastBootUs = run.at(-1)?.bootUs ?? this.lastBootUs;
    this.sequences = [];
    this.events = [];
    return run;
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

  /** Events by sequence number from `next` on; null for one that could not be decoded, undefined for a hole. */
  private bySequence(): (ProbeEvent | null | undefined)[] {
    if (this.waiting === 0) return [];
    const slots = new Array<ProbeEvent | null | undefined>(Math.max(0, this.highest - this.next + 1));
    this.sequences.forEach((sequence, index) => {
      if (sequence >= this.next) slots[sequence - this.next] = this.events[index] ?? null;
    });
    return slots;
  }

  /** Leaves in the queue what lies behind the hole. */
  private keep(slots: readonly (ProbeEvent | null | undefined)[], first: number, from: number): void {
    this.sequences = [];
    this.events = [];
    for (let at = from; at < slots.length; at++) {
      const event = slots[at];
      if (event === undefined) continue;
      this.sequences.push(first + at);
      this.events.push(event ?? undefined);
    }
  }
}
