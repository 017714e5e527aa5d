export interface CpuClocks {
  /** Milliseconds on a clock that only runs forward. */
  nowMs(): number;
  /** CPU time that this thread has used, milliseconds. */
  cpuMs(): number;
}

/** Work that comes the later, the more CPU time it took the last time. */
export class CpuShare {
  /** When the work is due again, by `nowMs`. */
  nextMs = 0;

  /**
   * `share`: of a core, that the work may use at most. `savedMs`: what it did not use of so long a time it may use at once, so that one
   * piece of work that took long does not put off the next.
   */
  constructor(
    private readonly clocks: CpuClocks,
    private readonly share: number,
    private readonly savedMs = 0,
  ) {}

  use(work: () => void): void {
    const startMs = this.clocks.cpuMs();
    work();
    const usedMs = this.clocks.cpuMs() - startMs;
    this.nextMs = Math.max(this.clocks.nowMs() - this.savedMs, this.nextMs) + usedMs / this.share;
  }
}
