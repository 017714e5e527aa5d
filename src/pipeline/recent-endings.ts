/** Room at first: a power of two. */
const FEWEST = 1_024;

/**
 * When sockets ended, by a small key of their four-tuples: a dump that was under way then may still show them. Looked up only for a row
 * that matches no socket, so the index is made on the first look-up after a change.
 */
export class RecentEndings {
  /** A ring, from `first` on. */
  private keys = new Float64Array(FEWEST);
  /** Boot times, parallel to `keys`, nearly in order. */
  private times = new Float64Array(FEWEST);
  private first = 0;
  private count = 0;
  private index: Map<number, number> | undefined = undefined;

  add(key: number, bootUs: number): void {
    if (this.count === this.keys.length) this.resize(this.count * 2);
    const place = this.placeOf(this.count++);
    this.keys[place] = key;
    this.times[place] = bootUs;
    this.index = undefined;
  }

  /** Boot time of the last ending with this key; minus infinity without one. */
  lastOf(key: number): number {
    this.index ??= this.makeIndex();
    return this.index.get(key) ?? Number.NEGATIVE_INFINITY;
  }

  /** Forgets the endings before a boot time. */
  forget(beforeBootUs: number): void {
    let forgotten = 0;
    while (forgotten < this.count && (this.times[this.placeOf(forgotten)] ?? 0) < beforeBootUs) forgotten++;
    if (forgotten === 0) return;
    this.first = this.placeOf(forgotten);
    this.count -= forgotten;
    this.index = undefined;
    if (this.count * 8 < this.keys.length && this.keys.length > FEWEST) this.resize(this.keys.length / 2);
  }

  private makeIndex(): Map<number, number> {
    const index = new Map<number, number>();
    for (let nth = 0; nth < this.count; nth++) {
      const place = this.placeOf(nth);
      const key = this.keys[place] ?? 0;
      index.set(key, Math.max(index.get(key) ?? Number.NEGATIVE_INFINITY, this.times[place] ?? 0));
    }
    return index;
  }

  private placeOf(nth: number): number {
    return (this.first + nth) & (this.keys.length - 1);
  }

  private resize(room: number): void {
    const { keys, times, first } = this;
    const [newKeys, newTimes] = [new Float64Array(room), new Float64Array(room)];
    for (let nth = 0; nth < this.count; nth++) {
      const place = (first + nth) & (keys.length - 1);
      newKeys[nth] = keys[place] ?? 0;
      newTimes[nth] = times[place] ?? 0;
    }
    this.keys = newKeys;
    this.times = newTimes;
    this.first = 0;
  }
}
