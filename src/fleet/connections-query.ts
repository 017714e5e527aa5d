/** The connections of a window, of all hosts, as SQL over the tables `lives` and `open_lives`. */
import type { FleetCondition } from '../filter/clickhouse.js';
import { maskOfStates, type TcpState } from '../model/tcp-state.js';
import { LAST_CLASS, lifeClass, longestLifeUs } from '../store/life-class.js';
import { CONNECTION_COLUMN_NAMES, type ConnectionRow, type LifeRow } from './columns.js';

/** A connection that is closed, or open as of `known_us`. */
export interface FoundConnection extends ConnectionRow {
  readonly closed_us: number | null;
  readonly closed_not_before_us: number | null;
  readonly closed_source: LifeRow['closed_source'] | null;
  readonly close_reason: LifeRow['close_reason'] | null;
  /** Microseconds; of a closed one 0. */
  readonly known_us: number;
}

export interface ConnectionsQuery {
  readonly condition: FleetCondition | undefined;
  /** In one of which a connection has to have been at some time. */
  readonly states?: ReadonlySet<TcpState> | undefined;
  /** On the columns of `FoundConnection`. */
  readonly having?: string;
  /** All columns of few connections are wanted, not few columns of many. */
  readonly wholeRows?: boolean;
  /** What is selected of them. */
  readonly select?: string;
  /** ORDER BY, LIMIT and so on. */
  readonly tail?: string;
}

/** Parameters of the window, besides those of the condition. */
export interface WindowParams {
  readonly fromUs: number;
  readonly toUs: number;
}

const CLOSED_AS_NULLABLE = [
  'CAST(closed_us AS Nullable(Int64)) AS closed_us',
  'closed_not_before_us',
  'CAST(closed_source AS LowCardinality(Nullable(String))) AS closed_source',
  'CAST(close_reason AS LowCardinality(Nullable(String))) AS close_reason',
  'toUInt64(0) AS known_us',
];
const NOT_CLOSED = [
  'CAST(NULL AS Nullable(Int64)) AS closed_us',
  'CAST(NULL AS Nullable(Int64)) AS closed_not_before_us',
  'CAST(NULL AS LowCardinality(Nullable(String))) AS closed_source',
  'CAST(NULL AS LowCardinality(Nullable(String))) AS close_reason',
  'version AS known_us',
];

/** What identifies a connection among those of all hosts. */
const IDENTITY = 'machine, file, connection_id';

/**
 * The connections that existed at some time of the window and fulfil the condition: each once, however often it was sent. Rows of
 * `lives` with the same key are the same, so one of those that fulfil the condition is enough. Of `open_lives` FINAL leaves the newest
 * of each version of the table, and LIMIT 1 BY the newest of these; it does not count where the end of the connection has arrived,
 * whether that fulfils the condition or not.
 */
export function connectionsSql({
  condition,
  states,
  having,
  wholeRows,
  select = '*',
  tail = '',
}: ConnectionsQuery): string {
  const everIn = states === undefined ? [] : [`bitAnd(states, ${maskOfStates(states)}) != 0`];
  const wanted = [...everIn, ...(condition === undefined ? [] : [`(${condition.sql})`])];
  // The condition may be about the end of a connection: it reads that by the same name in both tables.
  return `SELECT ${select} FROM (
  SELECT * FROM (
    SELECT ${[...CONNECTION_COLUMN_NAMES, ...CLOSED_AS_NULLABLE].join(', ')} FROM lives WHERE ${CLOSED_IN_WINDOW}
    UNION ALL
    SELECT ${[...CONNECTION_COLUMN_NAMES, ...NOT_CLOSED].join(', ')} FROM ${wholeRows === true ? OPEN_BY_KEY : OPEN_NOW}
  )${wanted.length === 0 ? '' : `\n  WHERE ${wanted.join(' AND ')}`}
  LIMIT 1 BY ${IDENTITY}
)${having === undefined ? '' : `\nWHERE ${having}`}
${tail}`;
}

/** As src/query/lives.ts: a connection of class c lived for less than 4^c us, so it was opened after `from - 4^c`. */
function classRanges(fromUs: string, firstClass: number): string {
  return Array.from({ length: LAST_CLASS - firstClass + 1 }, (_, index) => index + firstClass)
    .map((lifeClass) => {
      const earliest = lifeClass === LAST_CLASS ? '' : `opened_us >= ${fromUs} - ${longestLifeUs(lifeClass)} AND `;
      return `life_class = ${lifeClass} AND ${earliest}opened_us <= {toUs:Int64}`;
    })
    .join(' OR ');
}

export const CLASS_RANGES = classRanges('{fromUs:Int64}', 1);
const CLOSED_IN_WINDOW = `closed_us >= {fromUs:Int64} AND (${CLASS_RANGES})`;

/**
 * An open connection is sent again every hour, microseconds. One that was not for so long has ended, and its end has been deleted
 * unsent.
 */
export const FORGOTTEN_AFTER_US = 2 * 3_600_000_000;
/** The lifetimes of what is in `open_lives`: it was open for 10 s. */
const LONG_CLASS = lifeClass(10_000_000);
const NOT_FORGOTTEN_FROM = `({fromUs:Int64} - ${FORGOTTEN_AFTER_US})`;
/**
 * Those whose rows in `open_lives` may look as if they were open in the window. The row that says that one has ended expires after a day
 * (tables.ts): an older row that no merge has met by then counts again, until it is forgotten.
 */
const ENDED_LATELY = `closed_us >= ${NOT_FORGOTTEN_FROM} AND (${classRanges(NOT_FORGOTTEN_FROM, LONG_CLASS)})`;
const OPEN_IN_WINDOW = 'opened_us <= {toUs:Int64} AND is_deleted = 0';

/** The newest row of each connection that was open at some time of the window. */
const OPEN_NOW = `open_lives FINAL
    WHERE ${OPEN_IN_WINDOW} AND (${IDENTITY}) NOT IN (
      SELECT ${IDENTITY} FROM lives WHERE ${ENDED_LATELY}
        AND (${IDENTITY}) IN (SELECT ${IDENTITY} FROM open_lives FINAL WHERE ${OPEN_IN_WINDOW}))
    ORDER BY version DESC LIMIT 1 BY ${IDENTITY}`;

/**
 * The same rows: a few columns say which they are, and the others are read without FINAL, where the condition holds. Rows with the same
 * key and version are the same.
 */
const OPEN_BY_KEY = `open_lives
    WHERE is_deleted = 0 AND (${IDENTITY}, version) IN (SELECT ${IDENTITY}, version FROM ${OPEN_NOW})`;

/** The index of the last step by a time in the arrays of steps; 0: it was not opened yet. */
export function stepAt(atUs: string): string {
  return `arrayLastIndex(delay -> opened_us + delay <= ${atUs}, step_us)`;
}
