/** Snapshots may use at most this share of a core. */
const SHARE = 0.01;
/** But they are never stretched to more than this, microseconds. */
const LONGEST_US = 10_000_000;

/**
 * How long after one snapshot the next is taken: the interval that was asked for, or longer where snapshots cost much. What one
 * costs is the CPU time of the thread that takes it, and of the main thread, which is known a little later and counts for the
 * next.
 */
export class SnapshotPace {
  private mainUs = 0;

  constructor(private readonly intervalUs: number) {}

  /** CPU time that the main thread has used for a snapshot, microseconds. */
  addMainTime(us: number): void {
    this.mainUs += us;
  }

  /** From the beginning of a snapshot that took so much CPU time in its thread to that of the next, microseconds. */
  nextUs(threadUs: number): number {
    const usedUs = threadUs + this.mainUs;
    this.mainUs = 0;
    return Math.max(this.intervalUs, Math.min(Math.round(usedUs / SHARE), LONGEST_US));
  }
}
