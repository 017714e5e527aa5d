import type Database from 'better-sqlite3';
import type { Condition } from '../model/condition.js';
import { LAST_CLASS, OPEN_CLASS } from '../store/life-class.js';
import { OPENED_AT } from '../store/socket-columns.js';
import { lifeRange } from './lives.js';

/** By one port alone, only lives up to this class (5 hours) are searched: few connections of longer classes exist at any time. */
const LAST_SHORT_CLASS = 17;
/** With more connections than this on a port, the index over lives is faster. */
const MOST_ROWS = 20_000;
export interface FoundByPorts<Row> {
  /** In the order of their opening. */
  readonly rows: readonly Row[];
  /** The rows are all connections of these life classes. */
  readonly classes: { readonly first: number; readonly last: number };
}

/**
 * The connections that existed at some time from `fromUs` to `toUs`, by the index over ports; undefined where the condition has
 * no such ports, or where too many connections have them. The + keeps the planner from using the index over lives. Columns of the
 * index (ports, opening) are compared before the row is read.
 */
export function connectionsByPorts<Row extends readonly (string | number | null)[]>(
  database: Database.Database,
  fromUs: number,
  toUs: number,
  condition: Condition,
  columns: string,
): FoundByPorts<Row> | undefined {
  if (condition.ports === undefined) return undefined;
  const isWhole = condition.ports === 'both';
  const classes = isWhole ? { first: OPEN_CLASS, last: LAST_CLASS } : { first: 1, last: LAST_SHORT_CLASS };
  const earliestUs = isWhole ? Number.MIN_SAFE_INTEGER : lifeRange(LAST_SHORT_CLASS, fromUs, toUs).earliestUs;
  const rows = database
    .prepare(
      `SELECT ${columns} FROM socket
       WHERE (${condition.sql}) AND +opened_us BETWEEN @earliestUs AND @toUs AND +life_class BETWEEN @first AND @last
         AND +coalesce(closed_us, @toUs) >= @fromUs LIMIT ${MOST_ROWS + 1}`,
    )
    .raw()
    .all({ ...condition.params, ...classes, earliestUs, fromUs, toUs }) as Row[];
  if (rows.length > MOST_ROWS) return undefined;
  return {
    rows: rows.sort((a, b) => Number(a[OPENED_AT]) - Number(b[OPENED_AT]) || Number(a[0]) - Number(b[0])),
    classes,
  };
}
