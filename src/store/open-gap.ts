import type Database from 'better-sqlite3';
import type { Gap } from '../model/gap.js';

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
      this.id = this.database
        .prepare('INSERT INTO gaps (from_us, to_us, cpu, lost, reason, scope) VALUES (?, ?, ?, ?, ?, ?)')
        .run(gap.fromUs, gap.toUs, gap.cpu ?? null, gap.lost ?? null, gap.reason, gap.scope).lastInsertRowid;
    } else {
      this.database.prepare('UPDATE gaps SET to_us = ? WHERE id = ?').run(gap.toUs, this.id);
    }
    return gap;
  }
}
