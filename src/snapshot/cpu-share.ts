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

  /** `share`: of a core, that the work may use at most. */
  constructor(
    private readonly clocks: CpuClocks,
    private readonly share: number,
  ) {}

  use(work: () => void): void {
    const startMs = this.clocks.cpuMs();
    work();
    this.nextMs = this.clocks.nowMs() + (this.clocks.cpuMs() - startMs) / this.share;
  }
}
