import type { Loss } from '../model/probe-event.js';

const MAX_REMEMBERED = 4_096;

/** The intervals in which events are known to be lost, so that a hole in one socket's story is not counted twice. */
export class LossMemory {
  private readonly intervals: { readonly fromBootUs: number; readonly toBootUs: number }[] = [];

  add(loss: Loss): void {
    this.intervals.push(loss);
    if (this.intervals.length > MAX_REMEMBERED) this.intervals.splice(0, MAX_REMEMBERED / 2);
  }

  /** Whether events were lost at some time between two boot times. */
  explains(fromBootUs: number, toBootUs: number): boolean {
    for (let i = this.intervals.length - 1; i >= 0; i--) {
      const interval = this.intervals[i];
      if (interval !== undefined && interval.fromBootUs <= toBootUs && interval.toBootUs >= fromBootUs) return true;
    }
    return false;
  }
}
