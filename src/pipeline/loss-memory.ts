import type { Loss } from '../model/probe-event.js';

const MAX_REMEMBERED = 4_096;
/** A loss is counted at most so long after it, microseconds: the counters of skipped events are read once a second. */
const COUNTED_WITHIN_US = 2_000_000;

export interface BootInterval {
  readonly fromBootUs: number;
  readonly toBootUs: number;
}

/**
 * The intervals in which events are known to be lost, and the breaks in chains of states that none of them explains yet: one hole
 * breaks many chains, and its number may be reported after them.
 */
export class LossMemory {
  private readonly intervals: BootInterval[] = [];
  private breaks: readonly BootInterval[] = [];
  private taken: readonly BootInterval[] = this.breaks;

  add(loss: Loss): void {
    this.intervals.push(loss);
    if (this.intervals.length > MAX_REMEMBERED) this.intervals.splice(0, MAX_REMEMBERED / 2);
    if (this.breaks.length > 0) this.breaks = this.breaks.filter((each) => !touch(each, loss));
  }

  /** A break that lies between two boot times. Breaks that touch each other are one. */
  miss(fromBootUs: number, toBootUs: number): void {
    let whole: BootInterval = { fromBootUs, toBootUs };
    if (this.explains(whole)) return;
    for (const each of this.breaks) if (touch(each, whole)) whole = union(each, whole);
    this.breaks = [...this.breaks.filter((each) => !touch(each, whole)), whole];
  }

  /** The breaks that a loss may still explain; undefined: the same as at the last call. */
  takeOpen(): readonly BootInterval[] | undefined {
    if (this.taken === this.breaks || this.taken.length + this.breaks.length === 0) return undefined;
    this.taken = this.breaks;
    return this.breaks;
  }

  /** The breaks that no loss will explain, now that everything is received up to a boot time. */
  takeUnexplained(throughBootUs: number): readonly BootInterval[] {
    if (this.breaks.length === 0) return this.breaks;
    const isOld = ({ toBootUs }: BootInterval) => toBootUs + COUNTED_WITHIN_US <= throughBootUs;
    const old = this.breaks.filter(isOld);
    if (old.length === 0) return old;
    this.breaks = this.breaks.filter((each) => !isOld(each));
    this.intervals.push(...old);
    return old;
  }

  private explains(interval: BootInterval): boolean {
    for (let i = this.intervals.length - 1; i >= 0; i--) {
      const each = this.intervals[i];
      if (each !== undefined && touch(each, interval)) return true;
    }
    return false;
  }
}

function touch(a: BootInterval, b: BootInterval): boolean {
  return a.fromBootUs <= b.toBootUs && a.toBootUs >= b.fromBootUs;
}

function union(a: BootInterval, b: BootInterval): BootInterval {
  return {
    fromBootUs: Math.min(a.fromBootUs, b.fromBootUs),
    toBootUs: Math.max(a.toBootUs, b.toBootUs),
  };
}
