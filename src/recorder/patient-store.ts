import { SstoryError } from '../model/error.js';

/** Changes of connections that may wait in memory, some hundred bytes each. */
const MOST_HELD = 300_000;

interface Held {
  readonly write: () => void;
  readonly changes: number;
}

/**
 * Writes to the store in order. What cannot be written because the disk is full waits in memory until it can be: a host that runs out
 * of disk must not lose the history of how it came to that.
 */
export class PatientStore {
  private waiting: Held[] = [];
  private waitingChanges = 0;

  /** `say` is told when the disk is found full, and when all that waited is written. */
  constructor(private readonly say: (text: string) => void) {}

  /**
   * Writes what waits, then this. Where it cannot be written, it waits too.
   * @throws SstoryError `cannot-write` where too much waits, and all that is no lack of room
   */
  write(write: () => void, changes = 0): void {
    this.waiting.push({ write, changes });
    this.waitingChanges += changes;
    try {
      this.flush();
    } catch (error) {
      if (!isNoRoom(error) || this.waitingChanges > MOST_HELD) throw this.giveUp(error);
      if (this.waiting.length === 1)
        this.say(
          `the database cannot be written (${error.message}): what is recorded waits in memory until there is room`,
        );
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
      this.waitingChanges -= next.changes;
    }
    if (late) this.say('there is room again: all that waited is written');
  }

  private giveUp(error: unknown): unknown {
    if (!isNoRoom(error)) return error;
    const count = this.waitingChanges.toLocaleString('en');
    return new SstoryError(
      'cannot-write',
      `the database cannot be written: ${error.message}; ${count} changes of connections are lost`,
      {
        hint: 'what was committed before is kept, and the next recording into this file begins with a gap from there',
        cause: error,
      },
    );
  }
}

function isNoRoom(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && error.code === 'SQLITE_FULL';
}
