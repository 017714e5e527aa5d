import type { Loss, ProbeEvent } from '../model/probe-event.js';

interface CpuQueue {
  /** The next sequence number to hand on. */
  next: number;
  /** The highest number seen in earlier passes: whatever is below it and not here now was never stored. */
  settled: number;
  highest: number;
  lastBootUs: number;
  readonly waiting: Map<number, ProbeEvent | undefined>;
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
  private pending: ProbeEvent[] = [];

  constructor(private readonly startBootUs: number) {}

  /** Takes one record of the pass; `event` is undefined where it could not be decoded. */
  add(cpu: number, sequence: number, event: ProbeEvent | undefined): void {
    const queue = this.queueOf(cpu);
    queue.waiting.set(sequence, event);
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
    for (const sequence of Float64Array.from(queue.waiting.keys()).sort()) {
      const event = queue.waiting.get(sequence);
      if (sequence > queue.next) {
        if (sequence > settled) return event?.bootUs ?? queue.lastBootUs;
        losses.push(this.loss(cpu, queue, sequence - queue.next, event?.bootUs ?? queue.lastBootUs));
      }
      queue.waiting.delete(sequence);
      queue.next = sequence + 1;
      if (event === undefined) continue;
      queue.lastBootUs = event.bootUs;
      this.pending.push(event);
    }
    return Number.POSITIVE_INFINITY;
  }

  private loss(cpu: number, queue: CpuQueue, lost: number, toBootUs: number): Loss {
    return { fromBootUs: queue.lastBootUs, toBootUs, cpu, lost, reason: 'sequence' };
  }

  private deliver(limitBootUs: number, losses: readonly Loss[]): Ordered {
    this.pending.sort((a, b) => a.bootUs - b.bootUs);
    let count = this.pending.length;
    while (count > 0 && (this.pending[count - 1]?.bootUs ?? 0) >= limitBootUs) count--;
    const events = this.pending.slice(0, count);
    this.pending = this.pending.slice(count);
    return { events, losses, throughBootUs: limitBootUs };
  }

  private queueOf(cpu: number): CpuQueue {
    let queue = this.queues.get(cpu);
    if (queue === undefined) {
      queue = { next: 1, settled: 0, highest: 0, lastBootUs: this.startBootUs, waiting: new Map() };
      this.queues.set(cpu, queue);
    }
    return queue;
  }
}
