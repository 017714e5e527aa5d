import { setTimeout as delay } from 'node:timers/promises';
import { counted } from '../model/counted.js';
import { messageOf, SstoryError } from '../model/error.js';
import { isBusy, isTemporary } from '../store/store-error.js';
import type { Say } from './say.js';

/** Changes of connections and samples that may wait in memory, some hundred bytes each. */
const MOST_HELD = 300_000;
/** Between two attempts while writes wait, milliseconds: each may wait for a lock. */
const RETRY_MS = 100;
/** How long the end waits for a lock. */
const FINISH_MS = 5_000;

export interface Write {
  /** Runs again, later, if it throws: all or nothing. */
  readonly write: () => void;
  /** Runs once, after `write` has succeeded and before the next write. */
  readonly afterCommit?: () => void;
  /** How many connections it changes, and samples it adds. */
  readonly changes?: number;
}

/**
 * Writes to the store in order. What cannot be written because the disk is full, or because another program holds the lock, waits in
 * memory: a host that runs out of disk must not lose the history of how that came about.
 */
export class PatientStore {
  private waiting: Write[] = [];
  private waitingChanges = 0;
  private retryMs = 0;
  private failed = false;

  /** `say` reports why writes wait, and when all of them are written. `nowMs`: a monotonic clock. */
  constructor(
    private readonly say: Say,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /**
   * Writes what waits, then this. Where it cannot be written, it waits too. After a failure it does nothing.
   * @throws SstoryError `cannot-write` where too much waits, and every error that does not pass
   */
  write(next: Write): void {
    if (this.failed) return;
    this.waiting.push(next);
    this.waitingChanges += next.changes ?? 0;
    const tooMuch = this.waitingChanges > MOST_HELD;
    if (this.waiting.length > 1 && !tooMuch && this.nowMs() < this.retryMs) return;
    try {
      this.flush();
    } catch (error) {
      if (!isTemporary(error) || tooMuch) throw this.giveUp(error);
      this.retryMs = this.nowMs() + RETRY_MS;
      if (this.waiting.length === 1) this.say(waitText(error), 'warning');
    }
  }

  /**
   * Writes all that waits, at the end; waits for a lock, for a few seconds.
   * @throws SstoryError `cannot-write`
   */
  async finish(): Promise<void> {
    const endMs = this.nowMs() + FINISH_MS;
    while (!this.failed) {
      try {
        this.flush();
        return;
      } catch (error) {
        if (!isBusy(error) || this.nowMs() > endMs) throw this.giveUp(error);
      }
      await delay(RETRY_MS);
    }
  }

  private flush(): void {
    const late = this.waiting.length > 1;
    for (let next = this.waiting[0]; next !== undefined; next = this.waiting[0]) {
      next.write();
      this.waiting.shift();
      this.waitingChanges -= next.changes ?? 0;
      next.afterCommit?.();
    }
    if (late) this.say('the database can be written again: all that waited is written');
  }

  private giveUp(error: unknown): unknown {
    this.failed = true;
    if (!isTemporary(error)) return error;
    const lost = counted(this.waitingChanges, 'change');
    return new SstoryError(
      'cannot-write',
      `the database cannot be written: ${error.message}; ${lost} of connections lost`,
      {
        hint: 'what was committed before is kept, and the next run into this file begins with a gap from there',
        cause: error,
      },
    );
  }
}

function waitText(error: Error): string {
  const until = isBusy(error) ? 'until the other program releases it' : 'until there is room';
  return `the database cannot be written (${messageOf(error)}): new records wait in memory ${until}`;
}
