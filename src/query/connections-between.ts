import type Database from 'better-sqlite3';
import { ALWAYS, type Condition } from '../model/condition.js';
import type { Connection } from '../model/connection.js';
import { CONNECTION_COLUMNS, connectionOfValues, type SocketValues } from '../store/socket-columns.js';
import { CLOSED_CLASSES, CLOSED_LIVES, CLOSED_SOCKETS, lifeRange, OPEN_LIVES, TAIL_LIVES } from './lives.js';

/**
 * The connections that existed at some time from `fromUs` to `toUs` (inclusive), in no order. See lives.ts
 * for the cost.
 */
export function* connectionsBetween(
  database: Database.Database,
  fromUs: number,
  toUs: number,
  condition: Condition = ALWAYS,
): Generator<Connection> {
  const open = select(database, `socket WHERE ${OPEN_LIVES} AND (${condition.sql})`);
  const ids = new Set<number>();
  for (const row of open.iterate({ ...condition.params, toUs })) {
    const connection = connectionOfValues(row as SocketValues);
    ids.add(connection.id);
    yield connection;
  }
  // One that has closed meanwhile was read already.
  for (const connection of closedBetween(database, fromUs, toUs, condition))
    if (!ids.has(connection.id)) yield connection;
}

/** The same without those that are open still. */
export function* closedBetween(
  database: Database.Database,
  fromUs: number,
  toUs: number,
  condition: Condition = ALWAYS,
): Generator<Connection> {
  const tail = select(database, `socket WHERE ${TAIL_LIVES} AND (${condition.sql})`);
  const ids = new Set<number>();
  for (const row of tail.iterate({ ...condition.params, fromUs, toUs })) {
    const connection = connectionOfValues(row as SocketValues);
    ids.add(connection.id);
    yield connection;
  }
  const closed = select(database, `${CLOSED_SOCKETS} WHERE ${CLOSED_LIVES} AND (${condition.sql})`);
  for (const lifeClass of CLOSED_CLASSES) {
    const rows = closed.iterate({ ...condition.params, ...lifeRange(lifeClass, fromUs, toUs) });
    for (const row of rows) {
      const connection = connectionOfValues(row as SocketValues);
      // One that `closed_life` has covered since was read already.
      if (!ids.has(connection.id)) yield connection;
    }
  }
}

function select(database: Database.Database, from: string): Database.Statement {
  return database.prepare(`SELECT ${CONNECTION_COLUMNS} FROM ${from}`).raw();
}
