import type { Loss, ProbeEvent } from '../model/probe-event.js';

interface CpuQueue {
  /** The next sequence number to hand on. */
  next: number;
  /** The highest number seen in earlier passes: whatever is below it and not here now was never stored. */
  settled: number;
  highest: number;
  lastBootUs: number;
  /** What came out of the map and was not handed on yet, in no order: numbers, and the events parallel to them. */
  sequences: number[];
  events: (ProbeEvent | undefined)[];
}

export interface Ordered {
  readonly events: readonly ProbeEvent[];
  readonly losses: readonly Loss[];
  /** Nothing before this boot time will come any more. */
  readonly throughBootUs: number;
}

/**
 * Brings what comes out of the map in no order into the order of time, and finds what is missing.
 *
 * On one CPU records enter the map in the order of their sequence numbers. A drain visits each bucket once, so a record
 * stored before the drain began comes out in it at the latest. Hence a number below the highest that an earlier drain
 * saw, and still missing after this one, was never stored; any other hole may fill in the next drain, and holds back
 * everything after it.
 */
export class EventOrder {
  private readonly queues = new Map<number, CpuQueue>();
  /** In order of time, held back by a hole on another CPU. */
  private pending: ProbeEvent[] = [];

  constructor(private readonly startBootUs: number) {}

  /** Takes one record of the pass; `event` is undefined where it could not be decoded. */
  add(cpu: number, sequence: number, event: ProbeEvent | undefined): void {
    const queue = this.queueOf(cpu);
    queue.sequences.push(sequence);
    queue.events.push(event);
    if (sequence > queue.highest) queue.highest = sequence;
  }

  /** Ends a pass that began at `passBootUs`. */
  endPass(passBootUs: number): Ordered {
    const losses: Loss[] = [];
    let limit = passBootUs;
    for (const [cpu, queue] of this.queues) {
      limit = Math.min(limit, this.advance(cpu, queue, queue.settled, losses));
      queue.settled = queue.highest;
    }
    return this.deliver(limit, losses);
  }

  /** Ends the last pass: every number up to the CPU's final count that is not here is lost. */
  finish(passBootUs: number, finalCounts: ReadonlyMap<number, number>): Ordered {
    const losses: Loss[] = [];
    for (const [cpu, count] of finalCounts) this.queueOf(cpu).highest = Math.max(this.queueOf(cpu).highest, count);
    for (const [cpu, queue] of this.queues) {
      this.advance(cpu, queue, Number.POSITIVE_INFINITY, losses);
      if (queue.next <= queue.highest) {
        losses.push(this.loss(cpu, queue, queue.highest - queue.next + 1, passBootUs));
        queue.next = queue.highest + 1;
      }
    }
    const rest = this.deliver(Number.POSITIVE_INFINITY, losses);
    return { ...rest, throughBootUs: passBootUs };
  }

  /** Moves a CPU's events up to the first hole that may still fill; returns the time from which on they must wait. */
  private advance(cpu: number, queue: CpuQueue, settled: number, losses: Loss[]): number {
    const first = queue.next;
    const slots = bySequence(queue, first);
    const run: ProbeEvent[] = [];
    let limit = Number.POSITIVE_INFINITY;
    let at = 0;
    for (; at < slots.length; at++) {
      const event = slots[at];
      if (event === undefined) continue;
      const sequence = first + at;
      if (sequence > queue.next) {
        if (sequence > settled) {
          limit = event?.bootUs ?? queue.lastBootUs;
          break;
        }
        losses.push(this.loss(cpu, queue, sequence - queue.next, event?.bootUs ?? queue.lastBootUs));
      }
      queue.next = sequence + 1;
      if (event === null) continue;
      queue.lastBootUs = event.bootUs;
      run.push(event);
    }
    keepWaiting(queue, slots, first, at);
    this.pending = mergeByTime(this.pending, run);
    return limit;
  }

  private loss(cpu: number, queue: CpuQueue, lost: number, toBootUs: number): Loss {
    return { fromBootUs: queue.lastBootUs, toBootUs, cpu, lost, reason: 'sequence' };
  }

  private deliver(limitBootUs: number, losses: readonly Loss[]): Ordered {
    let count = this.pending.length;
    while (count > 0 && (this.pending[count - 1]?.bootUs ?? 0) >= limitBootUs) count--;
    const events = this.pending.slice(0, count);
    this.pending = this.pending.slice(count);
    return { events, losses, throughBootUs: limitBootUs };
  }

  private queueOf(cpu: number): CpuQueue {
    let queue = this.queues.get(cpu);
    if (queue === undefined) {
      queue = { next: 1, settled: 0, highest: 0, lastBootUs: this.startBootUs, sequences: [], events: [] };
      this.queues.set(cpu, queue);
    }
    return queue;
  }
}

/** The queue's events by sequence number from `first` on; null for one that could not be decoded, undefined for a hole. */
function bySequence(queue: CpuQueue, first: number): (ProbeEvent | null | undefined)[] {
  const slots = new Array<ProbeEvent | null | undefined>(Math.max(0, queue.highest - first + 1));
  queue.sequences.forEach((sequence, index) => {
    slots[sequence - first] = queue.events[index] ?? null;
  });
  return slots;
}

/** Leaves in the queue what lies at or behind the hole. */
function keepWaiting(
  queue: CpuQueue,
  slots: readonly (ProbeEvent | null | undefined)[],
  first: number,
  from: number,
): void {
  queue.sequences = [];
  queue.events = [];
  for (let at = from; at < slots.length; at++) {
    const event = slots[at];
    if (event === undefined) continue;
    queue.sequences.push(first + at);
    queue.events.push(event ?? undefined);
  }
}

/** Merges two runs that are in order of time. */
function mergeByTime(a: ProbeEvent[], b: ProbeEvent[]): ProbeEvent[] {
  const lastOfA = a.at(-1);
  if (lastOfA === undefined) return b;
  const merged: ProbeEvent[] = [];
  let i = 0;
  for (const event of b) {
    for (let other = a[i]; other !== undefined && other.bootUs <= event.bootUs; other = a[++i]) merged.push(other);
    merged.push(event);
  }
  for (; i < a.length; i++) merged.push(a[i] as ProbeEvent);
  return merged;
}
