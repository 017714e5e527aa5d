import type Database from 'better-sqlite3';
import { ALWAYS, type Condition } from '../model/condition.js';
import type { Connection, LoggedConnection } from '../model/connection.js';
import {
  CONNECTION_COLUMNS,
  connectionOfValues,
  LOGGED_COLUMNS,
  type LoggedValues,
  loggedConnectionOfValues,
  type SocketValues,
} from '../store/socket-columns.js';
import { connectionsByPorts } from './connections-by-ports.js';
import { CLOSED_CLASSES, CLOSED_LIVES, CLOSED_SOCKETS, lifeRange, OPEN_LIVES, TAIL_LIVES } from './lives.js';

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
  const { sql, params } = condition;
  const select = (from: string) => database.prepare(`SELECT ${LOGGED_COLUMNS} FROM ${from} AND (${sql})`).raw();
  /** One that goes on to the next while this reads was read already. */
  const seen = new Set<number>();
  const found = connectionsByPorts<LoggedValues>(database, fromUs, toUs, condition, LOGGED_COLUMNS);
  const first = found === undefined ? [OPEN_LIVES, TAIL_LIVES] : [];
  for (const row of found?.rows ?? []) {
    seen.add(row[0]);
    yield loggedConnectionOfValues(row);
  }
  for (const lives of first) {
    const rows = select(`socket WHERE ${lives}`).iterate({ ...params, fromUs, toUs }) as IterableIterator<LoggedValues>;
    for (const row of rows) {
      if (seen.has(row[0])) continue;
      seen.add(row[0]);
      yield loggedConnectionOfValues(row);
    }
  }
  const closed = select(`${CLOSED_SOCKETS} WHERE ${CLOSED_LIVES}`);
  for (const lifeClass of CLOSED_CLASSES) {
    if (found !== undefined && lifeClass <= found.lastClass) continue;
    const rows = closed.iterate({ ...params, ...lifeRange(lifeClass, fromUs, toUs) });
    for (const row of rows as IterableIterator<LoggedValues>)
      if (!seen.has(row[0])) yield loggedConnectionOfValues(row);
  }
}

function select(database: Database.Database, from: string): Database.Statement {
  return database.prepare(`SELECT ${CONNECTION_COLUMNS} FROM ${from}`).raw();
}
