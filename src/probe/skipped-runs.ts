import type { Loss } from '../model/probe-event.js';
import { programInfo } from '../sys/bpf.js';
import { bootTimeUs } from '../sys/clock.js';

/**
 * Counts the events that the kernel skipped: it does not run a tracing program while another one runs on the same CPU
 * (an interrupt in the middle of one). Nothing is written for these; the programs' own counters show them.
 */
export class SkippedRuns {
  private last: number;
  private lastLookBootUs = bootTimeUs();

  /** `programs`: their descriptors. */
  constructor(private readonly programs: readonly number[]) {
    this.last = this.total();
  }

  /** What was skipped since the last call: exact in number, somewhere in between. */
  look(): Loss[] {
    const fromBootUs = this.lastLookBootUs;
    const total = this.total();
    this.lastLookBootUs = bootTimeUs();
    const lost = total - this.last;
    this.last = total;
    if (lost === 0) return [];
    return [{ fromBootUs, toBootUs: this.lastLookBootUs, cpu: undefined, lost, reason: 'continuity' }];
  }

  private total(): number {
    return this.programs.reduce((sum, fd) => sum + programInfo(fd).recursionMisses, 0);
  }
}
