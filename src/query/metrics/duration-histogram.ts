/** Times by how long they were, in seconds. */
export class DurationHistogram {
  /** One for each bound, and one for what is longer. */
  readonly counts: number[];
  sum = 0;

  /** @param bounds upper bounds of the buckets, inclusive, ascending */
  constructor(readonly bounds: readonly number[]) {
    this.counts = new Array<number>(bounds.length + 1).fill(0);
  }

  get count(): number {
    return this.counts.reduce((sum, count) => sum + count, 0);
  }

  observe(us: number): void {
    const seconds = us / 1e6;
    const found = this.bounds.findIndex((bound) => seconds <= bound);
    const bucket = found < 0 ? this.bounds.length : found;
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1;
    this.sum += seconds;
  }
}
