import type Database from 'better-sqlite3';
import type { Totals } from './totals.js';

interface Group {
  readonly kind: string;
  readonly first: string;
  readonly count: number;
}

/** Counts retransmits and resets by the ids of events, which go up. */
export class EventCounter {
  private readonly groups: Database.Statement<[number, number], Group>;
  private readonly highestId: Database.Statement<[], number>;

  constructor(
    database: Database.Database,
    private readonly totals: Totals,
    /** The last id that was counted. */
    public lastId = 0,
  ) {
    this.groups = database.prepare(
      `SELECT kind, iif(instr(detail, ' ') > 0, substr(detail, 1, instr(detail, ' ') - 1), detail) AS first, count(*) AS count
       FROM events WHERE id > ? AND id <= ? AND kind IN ('retransmit', 'reset') GROUP BY 1, 2`,
    );
    this.highestId = database.prepare<[], number>('SELECT coalesce(max(id), 0) FROM events').pluck();
  }

  startNow(): void {
    this.lastId = this.highestId.get() ?? 0;
  }

  /** Counts the events of up to `most` new ids. Returns whether there are no more. */
  readNew(most: number): boolean {
    const highest = this.highestId.get() ?? 0;
    // After a pruning of all that were, ids begin again.
    const from = Math.min(this.lastId, highest);
    this.lastId = Math.min(highest, from + most);
    const { retransmits, resets } = this.totals.counters;
    for (const { kind, first, count } of this.groups.iterate(from, this.lastId)) {
      if (kind === 'retransmit') retransmits.add({ kind: first.startsWith('SYN') ? 'syn' : 'data' }, {}, count);
      else resets.add({ direction: first === 'sent' ? 'sent' : 'received' }, {}, count);
    }
    return this.lastId === highest;
  }
}
