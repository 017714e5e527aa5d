import type Database from 'better-sqlite3';
import { LAST_CLASS, longestLifeUs, OPEN_CLASS } from '../store/index.js';
import type { Condition } from './connections-between.js';

/** With one port alone, lives up to this class (5 hours) are looked for by it: of longer ones there are few at any time. */
const LAST_SHORT_CLASS = 17;
/** A port with more connections than that is no shorter way. */
const MOST_IDS = 50_000;

export interface FoundByPorts {
  /** In the order of their opening. */
  readonly ids: readonly number[];
  /** The classes of lives of which these are all. */
  readonly classes: { readonly first: number; readonly last: number };
}

/**
 * The connections that existed at some time from `fromUs` to `toUs`, by the index over ports; undefined where the condition has
 * no such ports, or where there are too many. The life class has a + : by itself the planner would take the index over lives.
 */
export function idsByPorts(
  database: Database.Database,
  fromUs: number,
  toUs: number,
  condition: Condition,
): FoundByPorts | undefined {
  if (condition.ports === undefined) return undefined;
  const isWhole = condition.ports === 'both';
  const classes = isWhole ? { first: OPEN_CLASS, last: LAST_CLASS } : { first: 1, last: LAST_SHORT_CLASS };
  const earliestUs = isWhole ? Number.MIN_SAFE_INTEGER : fromUs - longestLifeUs(LAST_SHORT_CLASS);
  const ids = database
    .prepare(idsByPortsSql(condition))
    .pluck()
    .all({ ...condition.params, ...classes, earliestUs, fromUs, toUs }) as number[];
  return ids.length > MOST_IDS ? undefined : { ids, classes };
}

/** Its statement, for the tests of query plans. */
export function idsByPortsSql(condition: Condition): string {
  return `SELECT id FROM (
    SELECT id, opened_us FROM socket
    WHERE (${condition.sql}) AND +opened_us BETWEEN @earliestUs AND @toUs AND +life_class BETWEEN @first AND @last
      AND +coalesce(closed_us, @toUs) >= @fromUs LIMIT ${MOST_IDS + 1}
  ) ORDER BY opened_us, id`;
}
