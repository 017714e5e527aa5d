/** The recorded transitions as a tape: wound to a moment, then read forward. */

import type Database from 'better-sqlite3';
import type { Condition } from '../../model/condition.js';
import type { Connection } from '../../model/connection.js';
import { lastEntries } from '../log-backwards.js';
import { type LogEntry, wholeLogBatches } from '../transition-log.js';

export class Tape {
  private batches: Iterator<LogEntry<Connection>[]> | undefined;
  private batch: readonly LogEntry<Connection>[] = [];
  private place = 0;

  constructor(
    private readonly database: Database.Database,
    readonly fromUs: number,
    readonly toUs: number,
    private readonly condition: Condition | undefined,
  ) {}

  /** Moves to just after everything that happened up to `us`. */
  wind(us: number): void {
    this.batches = wholeLogBatches(this.database, us + 1, this.toUs, this.condition, 'then')[Symbol.iterator]();
    this.batch = [];
    this.place = 0;
  }

  /** What comes next; undefined at the end. */
  peek(): LogEntry<Connection> | undefined {
    while (this.place >= this.batch.length) {
      const next = this.batches?.next();
      if (next === undefined || next.done === true) return undefined;
      this.batch = next.value;
      this.place = 0;
    }
    return this.batch[this.place];
  }

  /** Moves past the entry that `peek` returned. */
  take(): void {
    this.place++;
  }

  /** The last `count` entries up to `us`, oldest first. */
  before(us: number, count: number): LogEntry<Connection>[] {
    return lastEntries(this.database, this.fromUs, us, count, this.condition);
  }
}
