import type Database from 'better-sqlite3';
import type { Totals } from './totals.js';

/** A gap that goes on is written when it begins, and extended later: so many of the last ones are compared again. */
const MOST_COMPARED = 200;

interface GapRow {
  readonly id: number;
  readonly us: number;
  readonly lost: number;
  readonly reason: string;
  readonly scope: string;
}

/** A gap as it was counted: its id, its length and what was lost. */
export type CountedGap = readonly [id: number, us: number, lost: number];

/** Counts gaps, without those of the wall clock: nothing is missing there. */
export class GapCounter {
  /** The last ones that were counted, by id. */
  private readonly counted = new Map<number, CountedGap>();
  private lastId = 0;
  private readonly rows: Database.Statement<[number], GapRow>;
  private readonly highestId: Database.Statement<[], number>;

  constructor(
    database: Database.Database,
    private readonly totals: Totals,
  ) {
    // Those with negative ids are not settled.
    this.rows = database.prepare(
      `SELECT id, to_us - from_us AS us, coalesce(lost, 0) AS lost, reason, scope FROM gaps
       WHERE id > 0 AND id > ? AND reason <> 'clock' ORDER BY id`,
    );
    this.highestId = database.prepare<[], number>('SELECT coalesce(max(id), 0) FROM gaps WHERE id > 0').pluck();
  }

  startNow(): void {
    this.lastId = this.highestId.get() ?? 0;
  }

  restore({ lastId, gaps }: ReturnType<GapCounter['stored']>): void {
    this.lastId = lastId;
    for (const gap of gaps) this.counted.set(gap[0], gap);
  }

  stored(): { readonly lastId: number; readonly gaps: readonly CountedGap[] } {
    return { lastId: this.lastId, gaps: [...this.counted.values()] };
  }

  /** Counts new gaps, and by how much the last ones have grown. */
  readNew(): void {
    this.lastId = Math.min(this.lastId, this.highestId.get() ?? 0);
    const { gaps, gapEvents, gapSeconds } = this.totals.counters;
    const [firstCompared = this.lastId + 1] = this.counted.keys();
    for (const { id, us, lost, reason, scope } of this.rows.iterate(Math.min(firstCompared - 1, this.lastId))) {
      const before = this.counted.get(id);
      if (before === undefined && id <= this.lastId) continue;
      const labels = { scope, reason };
      if (before === undefined) gaps.add(labels, {}, 1);
      gapEvents.add(labels, {}, Math.max(0, lost - (before?.[2] ?? 0)));
      gapSeconds.add(labels, {}, Math.max(0, us - (before?.[1] ?? 0)) / 1e6);
      this.counted.set(id, [id, us, lost]);
      this.lastId = Math.max(this.lastId, id);
    }
    for (const id of this.counted.keys()) {
      if (this.counted.size <= MOST_COMPARED) break;
      this.counted.delete(id);
    }
  }
}
