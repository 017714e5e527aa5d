import type Database from 'better-sqlite3';
import type { Gap } from '../model/gap.js';

/** Of `GapRows.insert`, in the order of its parameters. */
export const GAP_COLUMNS = 'from_us, to_us, cpu, lost, reason, scope';

/** Adds gaps; ids go up from 1, whatever negative ones there are (see `ProvisionalGaps`). */
export class GapRows {
  private readonly statement: Database.Statement;

  constructor(database: Database.Database) {
    this.statement = database.prepare(
      `INSERT INTO gaps (id, ${GAP_COLUMNS}) SELECT max(0, coalesce(max(id), 0)) + 1, ?, ?, ?, ?, ?, ? FROM gaps`,
    );
  }

  /** @returns its id */
  insert(gap: Gap): number | bigint {
    return this.statement.run(...gapValues(gap)).lastInsertRowid;
  }
}

/** In the order of GAP_COLUMNS. */
export function gapValues({ fromUs, toUs, cpu, lost, reason, scope }: Gap): (number | string | null)[] {
  return [fromUs, toUs, cpu ?? null, lost ?? null, reason, scope];
}
