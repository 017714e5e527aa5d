/** How fast what waits is sent: a host that was away for a week does not flood a database that others use. */

/** As many rows as a quiet host may send, per second, whatever its inflow is. */
const LEAST_ROWS_A_SECOND = 2_000;

export class Pace {
  private freeMs = 0;

  /** `factor`: how much faster than rows come they may be sent. */
  constructor(private readonly factor: number) {}

  /** Milliseconds to wait at `nowMs` before the next rows; `inflow`: rows that come in a second. */
  waitMs(nowMs: number): number {
    return Math.max(0, this.freeMs - nowMs);
  }

  /** These rows were sent from `startMs` on. */
  sent(rows: number, startMs: number, inflow: number): void {
    const rate = Math.max(LEAST_ROWS_A_SECOND, inflow * this.factor);
    this.freeMs = Math.max(this.freeMs, startMs) + (rows / rate) * 1_000;
  }
}

const FIRST_MS = 1_000;
const LONGEST_MS = 60_000;

/** Waits after failures: each twice as long as the one before, a part of it random, so that 500 hosts do not come back at once. */
export class Backoff {
  private failures = 0;

  constructor(private readonly random: () => number = Math.random) {}

  /** How long to wait after one more failure, milliseconds. */
  nextMs(): number {
    const most = Math.min(LONGEST_MS, FIRST_MS * 2 ** this.failures++);
    return most / 2 + (most / 2) * this.random();
  }

  succeeded(): void {
    this.failures = 0;
  }
}
