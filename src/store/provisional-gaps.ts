/**
 * Gaps whose number may come within two seconds. They are written at once, under negative ids, so that a recorder which is killed leaves
 * them; each commit that changes them replaces all. Followers, which read ids upward, report a gap when it is settled.
 */
import type Database from 'better-sqlite3';
import type { Gap } from '../model/gap.js';
import { GAP_COLUMNS, gapValues } from './gap-rows.js';

export class ProvisionalGaps {
  private readonly remove: Database.Statement;
  private readonly insert: Database.Statement;

  constructor(database: Database.Database) {
    this.remove = database.prepare('DELETE FROM gaps WHERE id < 0');
    this.insert = database.prepare(`INSERT INTO gaps (id, ${GAP_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)`);
  }

  replace(gaps: readonly Gap[]): void {
    this.remove.run();
    for (const [index, gap] of gaps.entries()) this.insert.run(-1 - index, ...gapValues(gap));
  }
}

/** Before a new run: those that the last run left are final. */
export function settleGaps(database: Database.Database): void {
  database.transaction(() =>
    database.exec(`
      INSERT INTO gaps (id, ${GAP_COLUMNS})
        SELECT (SELECT max(0, max(id)) FROM gaps) + row_number() OVER (ORDER BY id DESC), ${GAP_COLUMNS} FROM gaps WHERE id < 0;
      DELETE FROM gaps WHERE id < 0`),
  )();
}
