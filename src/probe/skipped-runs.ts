import { BpfProgram, bpfIdsOf } from '../sys/bpf.js';

/**
 * Counts the events that the kernel skipped: it does not run a tracing program while another one runs on the same CPU
 * (an interrupt in the middle of one). No sequence number shows these; the programs' own counters do.
 */
export class SkippedRuns {
  private readonly programs: readonly BpfProgram[];
  private last: number;

  /** `pid` is bpftrace's. */
  constructor(pid: number) {
    this.programs = bpfIdsOf(pid, 'prog')
      .map((id) => BpfProgram.open(id))
      .filter((program) => program !== undefined);
    this.last = this.total();
  }

  /** How many were skipped since the last call. */
  take(): number {
    const total = this.total();
    const skipped = total - this.last;
    this.last = total;
    return skipped;
  }

  close(): void {
    for (const program of this.programs) program.close();
  }

  private total(): number {
    return this.programs.reduce((sum, program) => sum + program.recursionMisses(), 0);
  }
}
