/** How long an answer may take: the time in which it waits for its reader does not count, but is bounded too. */
export interface TimeLimits {
  /** To compute, milliseconds. */
  readonly withinMs: number;
  /** A reader may take so long for one piece. */
  readonly pieceMs: number;
  /** And so long for all of them. */
  readonly readMs: number;
}

export type Late = 'computing' | 'reading';

/** Calls `onLate` when an answer has taken too long. */
export class TimeLimit {
  private leftMs: number;
  private beganMs = performance.now();
  private timer: NodeJS.Timeout | undefined;
  private reading: NodeJS.Timeout | undefined;
  private waiting = 0;

  constructor(
    private readonly limits: TimeLimits,
    private readonly onLate: (why: Late) => void,
  ) {
    this.leftMs = limits.withinMs;
    this.compute();
  }

  /** While a piece waits for the reader. */
  async during(read: Promise<void> | void): Promise<void> {
    if (read === undefined) return;
    if (this.waiting++ === 0) this.pause();
    const piece = setTimeout(() => this.onLate('reading'), this.limits.pieceMs);
    try {
      await read;
    } finally {
      clearTimeout(piece);
      if (--this.waiting === 0) this.compute();
    }
  }

  end(): void {
    clearTimeout(this.timer);
    clearTimeout(this.reading);
    this.waiting = Number.POSITIVE_INFINITY;
  }

  private pause(): void {
    clearTimeout(this.timer);
    this.leftMs -= performance.now() - this.beganMs;
    this.reading ??= setTimeout(() => this.onLate('reading'), this.limits.readMs);
  }

  private compute(): void {
    this.beganMs = performance.now();
    this.timer = setTimeout(() => this.onLate('computing'), Math.max(0, this.leftMs));
  }
}
