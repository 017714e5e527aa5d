import type Database from 'better-sqlite3';
import { ALWAYS, type Condition } from '../model/condition.js';
import type { Connection, LoggedConnection } from '../model/connection.js';
import type { Interval } from '../model/interval.js';
import {
  LANE_COLUMNS,
  LANE_FACT_COLUMNS,
  LANE_OPENED_AT,
  type LaneFactValues,
  type LaneValues,
} from '../store/lane-columns.js';
import { CLOSED_SOCKETS } from '../store/lives-layout.js';
import {
  CONNECTION_COLUMNS,
  connectionOfValues,
  LOGGED_COLUMNS,
  type LoggedValues,
  loggedConnectionOfValues,
  OPENED_AT,
  type SocketValues,
} from '../store/socket-columns.js';
import { connectionsByPorts } from './connections-by-ports.js';
import { CLOSED_CLASSES, CLOSED_LIVES, lifeRange, OPEN_LIVES, TAIL_LIVES } from './lives.js';
import { recordedSpan } from './span.js';

/**
 * The connections that existed at some time from `fromUs` to `toUs` (inclusive), in no order. See lives.ts
 * for the cost.
 */
export function connectionsBetween(
  database: Database.Database,
  fromUs: number,
  toUs: number,
  condition: Condition = ALWAYS,
): Generator<Connection> {
  return between(database, fromUs, toUs, condition, [OPEN_LIVES, TAIL_LIVES]);
}

/** The same without those that are open still. */
export function closedBetween(
  database: Database.Database,
  fromUs: number,
  toUs: number,
  condition: Condition = ALWAYS,
): Generator<Connection> {
  return between(database, fromUs, toUs, condition, [TAIL_LIVES]);
}

/** `first`: the conditions of those that `closed_life` does not cover, in the order in which a connection goes from one to the next. */
function* between(
  database: Database.Database,
  fromUs: number,
  toUs: number,
  { sql, params }: Condition,
  first: readonly string[],
): Generator<Connection> {
  /** One that goes on to the next while this reads was read already. */
  const seen = new Set<number>();
  for (const lives of first) {
    const rows = select(database, `socket WHERE ${lives} AND (${sql})`).iterate({ ...params, fromUs, toUs });
    for (const row of rows as IterableIterator<SocketValues>) {
      if (seen.has(row[0])) continue;
      seen.add(row[0]);
      yield connectionOfValues(row);
    }
  }
  const closed = select(database, `${CLOSED_SOCKETS} WHERE ${CLOSED_LIVES} AND (${sql})`);
  for (const lifeClass of CLOSED_CLASSES) {
    const rows = closed.iterate({ ...params, ...lifeRange(lifeClass, fromUs, toUs) });
    for (const row of rows as IterableIterator<SocketValues>) if (!seen.has(row[0])) yield connectionOfValues(row);
  }
}

/**
 * The same connections with only what the log shows, quick where the condition has certain ports. In no order, which takes half the
 * time of loggedConnectionsInOrder; the write-ahead log cannot be checkpointed meanwhile.
 */
export function* loggedConnectionsBetween(
  database: Database.Database,
  fromUs: number,
  toUs: number,
  condition: Condition = ALWAYS,
): Generator<LoggedConnection> {
  const columns = { columns: LOGGED_COLUMNS, openedAt: OPENED_AT };
  for (const row of rowsBetween<LoggedValues>(database, { fromUs, toUs }, condition, columns))
    yield loggedConnectionOfValues(row);
}

/** The same as rows of LANE_COLUMNS. Where the window is most of the history, the whole table is read: that takes half the time. */
export function* laneRowsBetween(
  database: Database.Database,
  window: Interval,
  condition: Condition = ALWAYS,
): Generator<LaneValues> {
  const columns = { columns: LANE_COLUMNS, openedAt: LANE_OPENED_AT };
  if (condition.ports !== undefined || !isMost(database, window)) {
    yield* rowsBetween<LaneValues>(database, window, condition, columns);
    return;
  }
  const all = `SELECT ${LANE_COLUMNS} FROM socket
    WHERE opened_us <= @toUs AND coalesce(closed_us, @fromUs) >= @fromUs AND (${condition.sql})`;
  yield* database
    .prepare(all)
    .raw()
    .iterate({ ...condition.params, ...window }) as IterableIterator<LaneValues>;
}

/** So many more rows are read together in half the time of single ones. */
const MOST_NOT_ASKED = 4;

/** The facts of connections, as rows of LANE_FACT_COLUMNS; of others too, where that is quicker. */
export function laneFacts(database: Database.Database, ids: readonly number[]): Iterable<LaneFactValues> {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const id of ids) {
    first = Math.min(first, id);
    last = Math.max(last, id);
  }
  const select = `SELECT ${LANE_FACT_COLUMNS} FROM socket WHERE`;
  const rows =
    last - first < MOST_NOT_ASKED * ids.length
      ? database.prepare(`${select} id BETWEEN ? AND ?`).raw().iterate(first, last)
      : database.prepare(`${select} id IN (SELECT value FROM json_each(?))`).raw().iterate(JSON.stringify(ids));
  return rows as IterableIterator<LaneFactValues>;
}

function isMost(database: Database.Database, { fromUs, toUs }: Interval): boolean {
  const span = recordedSpan(database);
  if (span === undefined) return false;
  return Math.min(toUs, span.toUs) - Math.max(fromUs, span.fromUs) > (span.toUs - span.fromUs) / 2;
}

interface RowColumns {
  /** `id` first. */
  readonly columns: string;
  /** Where they have `opened_us`. */
  readonly openedAt: number;
}

function* rowsBetween<Row extends LoggedValues | LaneValues>(
  database: Database.Database,
  { fromUs, toUs }: Interval,
  condition: Condition,
  columns: RowColumns,
): Generator<Row> {
  const { sql, params } = condition;
  const select = (from: string) => database.prepare(`SELECT ${columns.columns} FROM ${from} AND (${sql})`).raw();
  /** One that goes on to the next while this reads was read already. */
  const seen = new Set<number>();
  const found = connectionsByPorts<Row>(database, fromUs, toUs, condition, columns);
  const first = found === undefined ? [OPEN_LIVES, TAIL_LIVES] : [];
  for (const row of found?.rows ?? []) {
    seen.add(row[0]);
    yield row;
  }
  for (const lives of first) {
    const rows = select(`socket WHERE ${lives}`).iterate({ ...params, fromUs, toUs }) as IterableIterator<Row>;
    for (const row of rows) {
      if (seen.has(row[0])) continue;
      seen.add(row[0]);
      yield row;
    }
  }
  const closed = select(`${CLOSED_SOCKETS} WHERE ${CLOSED_LIVES}`);
  for (const lifeClass of CLOSED_CLASSES) {
    if (found !== undefined && lifeClass <= found.lastClass) continue;
    const rows = closed.iterate({ ...params, ...lifeRange(lifeClass, fromUs, toUs) });
    for (const row of rows as IterableIterator<Row>) if (!seen.has(row[0])) yield row;
  }
}

function select(database: Database.Database, from: string): Database.Statement {
  return database.prepare(`SELECT ${CONNECTION_COLUMNS} FROM ${from}`).raw();
}
