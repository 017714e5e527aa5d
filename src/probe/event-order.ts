import type { Loss } from '../model/probe-event.js';
import { CpuQueue, type Timed } from './cpu-queue.js';

export interface Ordered<T> extends Timed<T> {
  readonly losses: readonly Loss[];
  /** Nothing before this boot time will come any more. */
  readonly throughBootUs: number;
}

/** Sorts the unordered records of the map by time, and finds what is missing: CpuQueue explains how. */
export class EventOrder<T> {
  private readonly queues = new Map<number, CpuQueue<T>>();
  /** Held back by a hole on another CPU. */
  private pending: Timed<T> = { times: [], items: [] };

  constructor(private readonly startBootUs: number) {}

  /** Events that are here and wait for others. */
  get backlog(): number {
    let waiting = this.pending.items.length;
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

  /** Takes one record of the pass. */
  add(cpu: number, sequence: number, bootUs: number, item: T): void {
    this.queueOf(cpu).add(sequence, bootUs, item);
  }

  /** Ends a pass. The counts for `expect` were read, and the pass began, after `passBootUs`. */
  endPass(passBootUs: number): Ordered<T> {
    const losses: Loss[] = [];
    let limit = passBootUs;
    for (const queue of this.queues.values()) {
      const { run, heldFromBootUs } = queue.endPass(passBootUs, losses);
      this.pending = mergeByTime(this.pending, run);
      limit = Math.min(limit, heldFromBootUs);
    }
    return this.deliver(limit, losses);
  }

  /** Ends the last pass: every number up to the CPU's final count that is not here is lost. */
  finish(passBootUs: number, finalCounts: ReadonlyMap<number, number>): Ordered<T> {
    const losses: Loss[] = [];
    for (const [cpu, count] of finalCounts) this.expect(cpu, count);
    for (const queue of this.queues.values())
      this.pending = mergeByTime(this.pending, queue.finish(passBootUs, losses));
    const rest = this.deliver(Number.POSITIVE_INFINITY, losses);
    return { ...rest, throughBootUs: passBootUs };
  }

  /** Puts something else in the place of each item that waits. */
  replace(by: (item: T) => T): void {
    this.pending = { times: this.pending.times, items: this.pending.items.map(by) };
    for (const queue of this.queues.values()) queue.replace(by);
  }

  private deliver(limitBootUs: number, losses: readonly Loss[]): Ordered<T> {
    const { times, items } = this.pending;
    let count = times.length;
    while (count > 0 && (times[count - 1] ?? 0) >= limitBootUs) count--;
    this.pending = { times: times.slice(count), items: items.slice(count) };
    return { times: times.slice(0, count), items: items.slice(0, count), losses, throughBootUs: limitBootUs };
  }

  private queueOf(cpu: number): CpuQueue<T> {
    let queue = this.queues.get(cpu);
    if (queue === undefined) {
      queue = new CpuQueue(cpu, this.startBootUs);
      this.queues.set(cpu, queue);
    }
    return queue;
  }
}

/** Merges two runs that are in order of time. */
function mergeByTime<T>(a: Timed<T>, b: Timed<T>): Timed<T> {
  if (b.items.length === 0) return a;
  if (a.items.length === 0) return b;
  const times: number[] = [];
  const items: T[] = [];
  const take = (from: Timed<T>, at: number) => {
    times.push(from.times[at] as number);
    items.push(from.items[at] as T);
  };
  let i = 0;
  for (let j = 0; j < b.items.length; j++) {
    for (; i < a.items.length && (a.times[i] as number) <= (b.times[j] as number); i++) take(a, i);
    take(b, j);
  }
  for (; i < a.items.length; i++) take(a, i);
  return { times, items };
}
