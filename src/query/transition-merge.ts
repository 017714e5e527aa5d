/** The steps of many connections, put into the order of time. */
import type { LoggedConnection } from '../model/connection.js';
import type { Step } from '../model/step.js';

const FIRST_CAPACITY = 1_024;

/**
 * A binary heap of connections by the time of their next step; at the same time, the one that was added first. It holds
 * numbers in typed arrays and one reference a connection: an object for each step that waits would have the garbage
 * collector copy them all, which took a third of the log's time.
 */
export class TransitionMerge<C extends LoggedConnection> {
  private times = new Float64Array(FIRST_CAPACITY);
  private turns = new Float64Array(FIRST_CAPACITY);
  private indexes = new Uint32Array(FIRST_CAPACITY);
  private readonly connections: C[] = [];
  private size = 0;
  private added = 0;

  constructor(
    private readonly fromUs: number,
    private readonly toUs: number,
  ) {}

  /** When the next step is; Infinity where none is left. */
  get nextUs(): number {
    return this.size === 0 ? Number.POSITIVE_INFINITY : (this.times[0] ?? 0);
  }

  /** Adds the steps of a connection that lie in the window. */
  add(connection: C): void {
    const index = connection.steps.findIndex((step) => step.atUs >= this.fromUs);
    const step = connection.steps[index];
    if (step === undefined || step.atUs > this.toUs) return;
    if (this.size === this.times.length) this.grow();
    this.rise(this.size++, step.atUs, this.added++, index, connection);
  }

  /** Takes the next step, of which there must be one. */
  take(): { readonly kind: 'transition'; readonly atUs: number; readonly connection: C; readonly step: Step } {
    const [connection] = this.connections;
    const index = this.indexes[0] ?? 0;
    const step = connection?.steps[index];
    if (connection === undefined || step === undefined) throw new RangeError('no step is left');
    const following = connection.steps[index + 1];
    if (following !== undefined && following.atUs <= this.toUs) {
      this.sink(following.atUs, this.turns[0] ?? 0, index + 1, connection);
    } else {
      this.removeFirst();
    }
    return { kind: 'transition', atUs: step.atUs, connection, step };
  }

  private removeFirst(): void {
    const last = --this.size;
    const connection = this.connections.pop();
    if (last === 0 || connection === undefined) return;
    this.sink(this.times[last] ?? 0, this.turns[last] ?? 0, this.indexes[last] ?? 0, connection);
  }

  /** Puts an element at the end, or as far above it as its time is earlier. */
  private rise(from: number, time: number, turn: number, index: number, connection: C): void {
    let at = from;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!this.isAfter(above, time, turn)) break;
      this.move(above, at);
      at = above;
    }
    this.put(at, time, turn, index, connection);
  }

  /** Puts an element in place of the first, or as far below it as its time is later. */
  private sink(time: number, turn: number, index: number, connection: C): void {
    let at = 0;
    for (let below = 1; below < this.size; below = 2 * at + 1) {
      if (below + 1 < this.size && this.isAfter(below, this.times[below + 1] ?? 0, this.turns[below + 1] ?? 0)) below++;
      if (this.isAfter(below, time, turn)) break;
      this.move(below, at);
      at = below;
    }
    this.put(at, time, turn, index, connection);
  }

  private isAfter(place: number, time: number, turn: number): boolean {
    const own = this.times[place] ?? 0;
    return own > time || (own === time && (this.turns[place] ?? 0) > turn);
  }

  private move(from: number, to: number): void {
    const connection = this.connections[from];
    if (connection !== undefined)
      this.put(to, this.times[from] ?? 0, this.turns[from] ?? 0, this.indexes[from] ?? 0, connection);
  }

  private put(at: number, time: number, turn: number, index: number, connection: C): void {
    this.times[at] = time;
    this.turns[at] = turn;
    this.indexes[at] = index;
    this.connections[at] = connection;
  }

  private grow(): void {
    const larger = <T extends Float64Array | Uint32Array>(from: T, to: T): T => {
      to.set(from);
      return to;
    };
    const capacity = this.times.length * 2;
    this.times = larger(this.times, new Float64Array(capacity));
    this.turns = larger(this.turns, new Float64Array(capacity));
    this.indexes = larger(this.indexes, new Uint32Array(capacity));
  }
}
