import type Database from 'better-sqlite3';
import { GapRows } from './gap-rows.js';

/** Rows that one transaction deletes, each of one commit. */
const MOST_ROWS = 256;

interface Entry {
  readonly seq: number;
  readonly count: number;
  readonly at_us: number;
}

/** The row of a gap that goes on. */
interface Unshipped {
  readonly id: number | bigint;
  readonly fromUs: number;
  readonly lost: number;
  readonly throughSeq: number;
}

/**
 * Deletes from the table `closings` what a pass of pruning is to delete, before the connections go. What was not copied by
 * `sstory ship` by then becomes a gap of scope `shipping`, with its number.
 */
export class ClosingRemoval {
  private readonly first: Database.Statement;
  private readonly delete: Database.Statement;
  private readonly update: Database.Statement;
  private readonly gaps: GapRows;
  private open: Unshipped | undefined;

  /** `keptSeq`: up to which number every place that it is shipped to has the connections; undefined: it is not shipped. */
  constructor(
    database: Database.Database,
    private readonly keptSeq: () => number | undefined,
  ) {
    // The last row stays: the next number follows from it.
    this.first = database.prepare(
      `SELECT seq, count, at_us FROM closings WHERE seq < (SELECT max(seq) FROM closings) ORDER BY seq LIMIT ${MOST_ROWS}`,
    );
    this.delete = database.prepare('DELETE FROM closings WHERE seq <= ?');
    this.update = database.prepare('UPDATE gaps SET to_us = ?, lost = ? WHERE id = ?');
    this.gaps = new GapRows(database);
  }

  /** Deletes some of the rows of commits through `throughUs`. Returns whether none is left. To be called in a transaction. */
  remove(throughUs: number): boolean {
    const rows = this.first.all() as Entry[];
    const end = rows.findIndex(({ at_us }) => at_us > throughUs);
    const due = end < 0 ? rows : rows.slice(0, end);
    const last = due.at(-1);
    if (last === undefined) return true;
    this.account(due, last.seq);
    this.delete.run(last.seq);
    return due.length < MOST_ROWS;
  }

  private account(due: readonly Entry[], throughSeq: number): void {
    const kept = this.keptSeq();
    if (kept === undefined || throughSeq <= kept) return;
    const unshipped = due.filter(({ seq }) => seq > kept);
    const lost = unshipped.reduce((sum, { seq, count }) => sum + Math.min(count, seq - kept), 0);
    const fromUs = Math.min(...unshipped.map(({ at_us }) => at_us));
    const toUs = Math.max(...unshipped.map(({ at_us }) => at_us));
    const firstSeq = throughSeq - lost + 1;
    if (this.open?.throughSeq === firstSeq - 1) {
      this.open = { ...this.open, lost: this.open.lost + lost, throughSeq };
      this.update.run(Math.max(toUs, this.open.fromUs), this.open.lost, this.open.id);
      return;
    }
    const id = this.gaps.insert({ fromUs, toUs, cpu: undefined, lost, reason: 'pruned', scope: 'shipping' });
    this.open = { id, fromUs, lost, throughSeq };
  }
}
