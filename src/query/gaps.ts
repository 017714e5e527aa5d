/** The periods in which records are missing. */

import type Database from 'better-sqlite3';
import type { Gap } from '../model/gap.js';

interface GapRow {
  readonly from_us: number;
  readonly to_us: number;
  readonly cpu: number | null;
  readonly lost: number | null;
  readonly reason: Gap['reason'];
  readonly scope: Gap['scope'];
}

/** The columns of a gap. */
export const GAP_COLUMNS = 'from_us, to_us, cpu, lost, reason, scope';

/** The gaps that begin from `fromUs` to `toUs`. */
export function gapsBetween(database: Database.Database, fromUs: number, toUs: number): Gap[] {
  const rows = database
    .prepare(`SELECT ${GAP_COLUMNS} FROM gaps WHERE from_us BETWEEN ? AND ? ORDER BY from_us`)
    .all(fromUs, toUs) as GapRow[];
  return rows.map(gapOfRow);
}

/** The gaps that touch the time from `fromUs` to `toUs`, by their beginning. */
export function gapsTouching(database: Database.Database, fromUs: number, toUs: number): Gap[] {
  const rows = database
    .prepare(`SELECT ${GAP_COLUMNS} FROM gaps WHERE from_us <= ? AND to_us >= ? ORDER BY from_us, to_us`)
    .all(toUs, fromUs) as GapRow[];
  return rows.map(gapOfRow);
}

export function gapOfRow(row: GapRow): Gap {
  return {
    fromUs: row.from_us,
    toUs: row.to_us,
    cpu: row.cpu ?? undefined,
    lost: row.lost ?? undefined,
    reason: row.reason,
    scope: row.scope,
  };
}
