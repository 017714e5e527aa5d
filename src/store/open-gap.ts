import type Database from 'better-sqlite3';
import type { Gap } from '../model/gap.js';
import { GapRows } from './gap-rows.js';

/** The row of a gap that goes on: it is written when it begins, so that a recorder which is killed leaves it. */
export class OpenGap {
  private id: number | bigint | undefined;

  constructor(
    private readonly database: Database.Database,
    private readonly gap: Omit<Gap, 'toUs'>,
  ) {}

  /** Writes it as it is at `toUs`; the first time, the row is made. */
  extend(toUs: number): Gap {
    const gap = { ...this.gap, toUs: Math.max(this.gap.fromUs, toUs) };
    if (this.id === undefined) {
      this.id = new GapRows(this.database).insert(gap);
    } else {
      this.database.prepare('UPDATE gaps SET to_us = ? WHERE id = ?').run(gap.toUs, this.id);
    }
    return gap;
  }
}
