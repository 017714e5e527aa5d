/** Elements. */
const [WAITING, LIMIT, NEWS] = [0, 1, 2];
/** Values of NEWS. */
const [NOT_WANTED, WANTED, SOON] = [0, 1, 2];

/** What the thread that reads the rings and the main thread know of each other without a message. Both sides have the same memory. */
export class HandOver {
  constructor(readonly memory: Int32Array<SharedArrayBuffer> = new Int32Array(new SharedArrayBuffer(12))) {}

  /** More waits for the main thread than may: the rings are left as they are, and count what they lose. */
  get isFull(): boolean {
    return this.waitingBytes > Atomics.load(this.memory, LIMIT);
  }

  /** Bytes that were handed over and are not processed yet. */
  get waitingBytes(): number {
    return Atomics.load(this.memory, WAITING);
  }

  /** A sixteenth of what may wait does: from now on it is to take less memory. */
  get isCrowded(): boolean {
    return this.waitingBytes * 16 > Atomics.load(this.memory, LIMIT);
  }

  /** So many were handed over. */
  add(bytes: number): void {
    Atomics.add(this.memory, WAITING, bytes);
  }

  processed(bytes: number): void {
    Atomics.sub(this.memory, WAITING, bytes);
  }

  limit(bytes: number): void {
    Atomics.store(this.memory, LIMIT, bytes);
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
