/** Snapshots may use at most this share of a core. */
const SHARE = 0.015;
/** The same with many TIME-WAITs: the kernel walks past all of them for every dump, and their ends are known. */
const SHARE_BESIDE_TIME_WAITS = 0.01;
const MANY_TIME_WAITS = 20_000;
/** But they are never stretched to more than this, microseconds. */
const LONGEST_US = 10_000_000;
/** So many intervals while nothing happens. */
const QUIET_INTERVALS = 2;

/**
 * How long after one snapshot the next is taken: the interval that was asked for, or longer where snapshots cost much or nothing
 * happens. What one costs is the CPU time of the thread that takes it, and of the main thread, which is known a little later and
 * counts for the next.
 */
export class SnapshotPace {
  private mainUs = 0;

  constructor(private readonly intervalUs: number) {}

  /** CPU time that the main thread has used for a snapshot, microseconds. */
  addMainTime(us: number): void {
    this.mainUs += us;
  }

  /**
   * From the beginning of a snapshot that took so much CPU time in its thread to that of the next, microseconds. `timeWaits`: how many there
   * are on the host.
   */
  nextUs(threadUs: number, timeWaits = 0): number {
    const usedUs = threadUs + this.mainUs;
    this.mainUs = 0;
    const share = timeWaits >= MANY_TIME_WAITS ? SHARE_BESIDE_TIME_WAITS : SHARE;
    return Math.max(this.intervalUs, Math.min(Math.round(usedUs / share), LONGEST_US));
  }

  /** The same while nothing happens, if it is so long otherwise. */
  quietUs(nextUs: number): number {
    return Math.max(nextUs, Math.min(this.intervalUs * QUIET_INTERVALS, LONGEST_US));
  }
}
