import type { Loss } from '../model/probe-event.js';

const MAX_REMEMBERED = 4_096;
/** A loss is counted at most so long after it, microseconds: the counters of skipped events are read once a second. */
const COUNTED_WITHIN_US = 2_000_000;

interface Interval {
  readonly fromBootUs: number;
  readonly toBootUs: number;
}

/**
 * The intervals in which events are known to be lost, and the breaks in chains of states that none of them explains yet: one hole
 * breaks many chains, and its number may be reported after them.
 */
export class LossMemory {
  private readonly intervals: Interval[] = [];
  private breaks: Interval[] = [];

  add(loss: Loss): void {
    this.intervals.push(loss);
    if (this.intervals.length > MAX_REMEMBERED) this.intervals.splice(0, MAX_REMEMBERED / 2);
    this.breaks = this.breaks.filter((each) => !touch(each, loss));
  }

  /** A break that lies between two boot times. Breaks that touch each other are one. */
  miss(fromBootUs: number, toBootUs: number): void {
    let whole: Interval = { fromBootUs, toBootUs };
    if (this.explains(whole)) return;
    for (const each of this.breaks) if (touch(each, whole)) whole = union(each, whole);
    this.breaks = [...this.breaks.filter((each) => !touch(each, whole)), whole];
  }

  /** The breaks that no loss will explain, now that everything is received up to a boot time. */
  takeUnexplained(throughBootUs: number): readonly Interval[] {
    if (this.breaks.length === 0) return this.breaks;
    const isOld = ({ toBootUs }: Interval) => toBootUs + COUNTED_WITHIN_US <= throughBootUs;
    const old = this.breaks.filter(isOld);
    this.breaks = this.breaks.filter((each) => !isOld(each));
    this.intervals.push(...old);
    return old;
  }

  private explains(interval: Interval): boolean {
    for (let i = this.intervals.length - 1; i >= 0; i--) {
      const each = this.intervals[i];
      if (each !== undefined && touch(each, interval)) return true;
    }
    return false;
  }
}

function touch(a: Interval, b: Interval): boolean {
  return a.fromBootUs <= b.toBootUs && a.toBootUs >= b.fromBootUs;
}

function union(a: Interval, b: Interval): Interval {
  return {
    fromBootUs: Math.min(a.fromBootUs, b.fromBootUs),
    toBootUs: Math.max(a.toBootUs, b.toBootUs),
  };
}
