import type { Loss, ProbeEvent } from '../model/probe-event.js';
import { CpuQueue } from './cpu-queue.js';

export interface Ordered {
  readonly events: readonly ProbeEvent[];
  readonly losses: readonly Loss[];
  /** Nothing before this boot time will come any more. */
  readonly throughBootUs: number;
}

/** Brings what comes out of the map in no order into the order of time, and finds what is missing: CpuQueue tells how. */
export class EventOrder {
  private readonly queues = new Map<number, CpuQueue>();
  /** In order of time, held back by a hole on another CPU. */
  private pending: ProbeEvent[] = [];

  constructor(private readonly startBootUs: number) {}

  /** Events that are here and wait for others. */
  get backlog(): number {
    let waiting = this.pending.length;
    for (const queue of this.queues.values()) waiting += queue.waiting;
    return waiting;
  }

  /** Tells, before a pass, how many records a CPU has begun; answers how many of them are not here. */
  expect(cpu: number, begun: number): number {
    if (begun === 0 && !this.queues.has(cpu)) return 0;
    return this.queueOf(cpu).expect(begun);
  }

  /** The sequence numbers that a CPU has begun and that are not here, as far as they are not given up. */
  missing(cpu: number): number[] {
    return this.queues.get(cpu)?.missing() ?? [];
  }

  /** Takes one record of the pass; `event` is undefined where it could not be decoded. */
  add(cpu: number, sequence: number, event: ProbeEvent | undefined): void {
    this.queueOf(cpu).add(sequence, event);
  }

  /** Ends a pass. The counts for `expect` were read, and the pass began, after `passBootUs`. */
  endPass(passBootUs: number): Ordered {
    const losses: Loss[] = [];
    let limit = passBootUs;
    for (const queue of this.queues.values()) {
      const { events, heldFromBootUs } = queue.endPass(passBootUs, losses);
      this.pending = mergeByTime(this.pending, events);
      limit = Math.min(limit, heldFromBootUs);
    }
    return this.deliver(limit, losses);
  }

  /** Ends the last pass: every number up to the CPU's final count that is not here is lost. */
  finish(passBootUs: number, finalCounts: ReadonlyMap<number, number>): Ordered {
    const losses: Loss[] = [];
    for (const [cpu, count] of finalCounts) this.expect(cpu, count);
    for (const queue of this.queues.values())
      this.pending = mergeByTime(this.pending, queue.finish(passBootUs, losses));
    const rest = this.deliver(Number.POSITIVE_INFINITY, losses);
    return { ...rest, throughBootUs: passBootUs };
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
      queue = new CpuQueue(cpu, this.startBootUs);
      this.queues.set(cpu, queue);
    }
    return queue;
  }
}

/** Merges two runs that are in order of time. */
function mergeByTime(a: ProbeEvent[], b: ProbeEvent[]): ProbeEvent[] {
  if (b.length === 0) return a;
  if (a.length === 0) return b;
  const merged: ProbeEvent[] = [];
  let i = 0;
  for (const event of b) {
    for (let other = a[i]; other !== undefined && other.bootUs <= event.bootUs; other = a[++i]) merged.push(other);
    merged.push(event);
  }
  for (; i < a.length; i++) merged.push(a[i] as ProbeEvent);
  return merged;
}
