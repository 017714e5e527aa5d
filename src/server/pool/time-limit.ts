/** How long an answer may take: the time in which it waits for its reader does not count, but is bounded too. */
export interface TimeLimits {
  /** To compute, milliseconds. */
  readonly withinMs: number;
  /** A reader may take so long for one piece. */
  readonly pieceMs: number;
  /** And so long for all of them. */
  readonly readMs: number;
  /** Longer than this for one piece: the reader is slow. */
  readonly slowMs: number;
}

export type Late = 'computing' | 'reading';

interface Alarms {
  /** An answer has taken too long. */
  late(why: Late): void;
  slow(): void;
}

/** The time of one answer. */
export class TimeLimit {
  private leftMs: number;
  private beganMs = 0;
  private readonly timers = new Set<NodeJS.Timeout>();
  private computing: NodeJS.Timeout | undefined;
  private waiting = 0;
  private hasRead = false;
  private hasEnded = false;

  constructor(
    private readonly limits: TimeLimits,
    private readonly alarms: Alarms,
  ) {
    this.leftMs = limits.withinMs;
    this.compute();
  }

  /** While a piece waits for the reader. */
  async during(read: Promise<void> | void): Promise<void> {
    if (read === undefined || this.hasEnded) return;
    if (this.waiting++ === 0) this.pause();
    const { pieceMs, slowMs } = this.limits;
    const timers = [
      this.after(pieceMs, () => this.alarms.late('reading')),
      this.after(slowMs, () => this.alarms.slow()),
    ];
    try {
      await read;
    } finally {
      for (const timer of timers) this.stop(timer);
      if (--this.waiting === 0) this.compute();
    }
  }

  /** Nothing is late from now on. */
  end(): void {
    this.hasEnded = true;
    for (const timer of this.timers) this.stop(timer);
  }

  private pause(): void {
    this.stop(this.computing);
    this.leftMs -= performance.now() - this.beganMs;
    if (!this.hasRead) this.after(this.limits.readMs, () => this.alarms.late('reading'));
    this.hasRead = true;
  }

  private compute(): void {
    if (this.hasEnded) return;
    this.beganMs = performance.now();
    this.computing = this.after(Math.max(0, this.leftMs), () => this.alarms.late('computing'));
  }

  private after(ms: number, act: () => void): NodeJS.Timeout {
    const timer = setTimeout(act, ms);
    this.timers.add(timer);
    return timer;
  }

  private stop(timer: NodeJS.Timeout | undefined): void {
    clearTimeout(timer);
    if (timer !== undefined) this.timers.delete(timer);
  }
}
