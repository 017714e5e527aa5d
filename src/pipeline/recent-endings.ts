/**
 * When sockets ended, by a small key of their four-tuples: a dump that was under way then may still show them. Looked up only for a row
 * that matches no socket, so the index is made on the first look-up after a change.
 */
export class RecentEndings {
  private keys: number[] = [];
  /** Boot times, parallel to `keys`, nearly in order. */
  private times: number[] = [];
  private index: Map<number, number> | undefined;

  add(key: number, bootUs: number): void {
    this.keys.push(key);
    this.times.push(bootUs);
    this.index = undefined;
  }

  /** Boot time of the last ending with this key; minus infinity without one. */
  lastOf(key: number): number {
    if (this.index === undefined) {
      this.index = new Map();
      for (const [at, each] of this.keys.entries()) {
        this.index.set(each, Math.max(this.index.get(each) ?? Number.NEGATIVE_INFINITY, this.times[at] ?? 0));
      }
    }
    return this.index.get(key) ?? Number.NEGATIVE_INFINITY;
  }

  /** Forgets the endings before a boot time. */
  forget(beforeBootUs: number): void {
    const from = this.times.findIndex((bootUs) => bootUs >= beforeBootUs);
    const forgotten = from < 0 ? this.times.length : from;
    if (forgotten === 0) return;
    this.keys = this.keys.slice(forgotten);
    this.times = this.times.slice(forgotten);
    this.index = undefined;
  }
}
