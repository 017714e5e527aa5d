import type { Passed } from './record-merge.js';

/** Elements. */
const [WAITING, LIMIT, NEWS, MEMORY, MEMORY_LIMIT] = [0, 1, 2, 3, 4];
/** Values of NEWS. */
const [NOT_WANTED, WANTED, SOON] = [0, 1, 2];

/** What the thread that reads the rings and the main thread know of each other without a message. Both sides have the same memory. */
export class HandOver {
  constructor(readonly memory: Int32Array<SharedArrayBuffer> = new Int32Array(new SharedArrayBuffer(20))) {}

  /** More waits for the main thread than may: the rings are left as they are, and count what they lose. */
  get isFull(): boolean {
    return this.waitingBytes > this.at(LIMIT) || this.at(MEMORY) > this.at(MEMORY_LIMIT);
  }

  /** How much of what may wait does, from 0 to about 1. */
  get share(): number {
    return Math.max(this.waitingBytes / this.at(LIMIT), this.at(MEMORY) / this.at(MEMORY_LIMIT));
  }

  /** Bytes that were handed over and are not processed yet. */
  get waitingBytes(): number {
    return this.at(WAITING);
  }

  /** A sixteenth of what may wait does: from now on it is to take less memory. */
  get isCrowded(): boolean {
    return this.waitingBytes * 16 > Math.min(this.at(LIMIT), this.at(MEMORY_LIMIT));
  }

  /** So many were handed over. */
  add(bytes: number): void {
    Atomics.add(this.memory, WAITING, bytes);
    Atomics.add(this.memory, MEMORY, bytes);
  }

  processed({ bytes, memoryBytes }: Passed): void {
    Atomics.sub(this.memory, WAITING, bytes);
    Atomics.sub(this.memory, MEMORY, memoryBytes);
  }

  /** How many may wait, in memory or not. */
  limit(bytes: number): void {
    Atomics.store(this.memory, LIMIT, bytes);
    this.limitMemory(bytes);
  }

  limitMemory(bytes: number): void {
    Atomics.store(this.memory, MEMORY_LIMIT, Math.min(bytes, this.at(LIMIT)));
  }

  private at(element: number): number {
    return Atomics.load(this.memory, element);
  }

  /** The main thread has to know that nothing is missing up to now: a snapshot waits for that. */
  wantNews(): void {
    Atomics.store(this.memory, NEWS, WANTED);
  }

  /**
   * To be asked at each read: whether a message has to be sent, even an empty one. That is at the second read after it was wanted: what was
   * just written by then may still be held back for order.
   */
  takeWanted(): boolean {
    const wanted = Atomics.load(this.memory, NEWS);
    if (wanted === NOT_WANTED) return false;
    Atomics.store(this.memory, NEWS, wanted === WANTED ? SOON : NOT_WANTED);
    return wanted === SOON;
  }
}
