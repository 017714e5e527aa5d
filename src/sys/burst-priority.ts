import { readFileSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import { holdsAny } from './capabilities.js';

/** So far behind a thread is in a burst, microseconds. Otherwise it is a quarter of a second behind. */
const BURST_US = 500_000;
/** The load of a burst goes first for so long, not that of a host which stays busy. */
const LONGEST_MS = 10_000;
/** A third of the share of CPU that others get (sched(7), the nice value). */
const LOWER_BY = 5;
const LOWEST = 19;

/**
 * The priority of this thread, which processes what waits. In a burst it is lower at first: the load that makes the burst would otherwise wait
 * for what can as well be done after it.
 */
export class BurstPriority {
  private readonly ordinary = getPriority();
  private canReturn = holdsAny('CAP_SYS_NICE') || mayHave(this.ordinary, readFileSync('/proc/self/limits', 'utf8'));
  private isLower = false;
  private beganMs: number | undefined = undefined;

  /** `nowMs`: a clock that is not set, milliseconds. */
  constructor(private readonly nowMs: () => number = () => performance.now()) {}

  /** To be called as it processes: how far behind it is, microseconds. */
  follow(behindUs: number): void {
    if (behindUs < BURST_US) {
      this.end();
      return;
    }
    const nowMs = this.nowMs();
    this.beganMs ??= nowMs;
    this.lower(this.canReturn && nowMs - this.beganMs < LONGEST_MS);
  }

  /** The burst is over. */
  end(): void {
    this.beganMs = undefined;
    this.lower(false);
  }

  private lower(isLower: boolean): void {
    if (isLower === this.isLower) return;
    this.isLower = isLower;
    try {
      setPriority(isLower ? Math.min(LOWEST, this.ordinary + LOWER_BY) : this.ordinary);
    } catch {
      // A filter of system calls refuses it.
      this.canReturn = false;
    }
  }
}

/** Whether a thread may have this priority after a lower one, by its limits (proc_pid_limits(5); RLIMIT_NICE of getrlimit(2)). */
export function mayHave(priority: number, limits: string): boolean {
  const limit = /^Max nice priority +(\d+|unlimited)/m.exec(limits)?.[1];
  return limit === 'unlimited' || 20 - Number(limit ?? 0) <= priority;
}
