import { counted } from '../model/counted.js';
import { SstoryError } from '../model/error.js';
import type { Say } from './say.js';

/** Changes of connections that may wait in memory, some hundred bytes each. */
const MOST_HELD = 300_000;

export interface Write {
  /** Runs again, later, if it throws: all or nothing. */
  readonly write: () => void;
  /** Runs once, after `write` has succeeded and before the next write. */
  readonly afterCommit?: () => void;
  /** How many connections it changes. */
  readonly changes?: number;
}

/**
 * Writes to the store in order. What cannot be written because the disk is full waits in memory: a host that runs out of disk
 * must not lose the history of how that came about.
 */
export class PatientStore {
  private waiting: Write[] = [];
  private waitingChanges = 0;

  /** `say` reports a full disk, and when all that waited is written. */
  constructor(private readonly say: Say) {}

  /**
   * Writes what waits, then this. Where it cannot be written, it waits too.
   * @throws SstoryError `cannot-write` where too much waits, and every error that is not a full disk
   */
  write(next: Write): void {
    this.waiting.push(next);
    this.waitingChanges += next.changes ?? 0;
    try {
      this.flush();
    } catch (error) {
      if (!isNoRoom(error) || this.waitingChanges > MOST_HELD) throw this.giveUp(error);
      if (this.waiting.length === 1)
        this.say(`the database cannot be written (${error.message}): new records wait in memory until there is room`);
    }
  }

  /**
   * Writes all that waits, at the end.
   * @throws SstoryError `cannot-write`
   */
  finish(): void {
    try {
      this.flush();
    } catch (error) {
      throw this.giveUp(error);
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
    if (late) this.say('there is room again: all that waited is written');
  }

  private giveUp(error: unknown): unknown {
    if (!isNoRoom(error)) return error;
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

function isNoRoom(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && error.code === 'SQLITE_FULL';
}
