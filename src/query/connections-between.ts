import type Database from 'better-sqlite3';
import { ALWAYS, type Condition } from '../model/condition.js';
import type { Connection } from '../model/connection.js';
import { CONNECTION_COLUMNS, connectionOfValues, type SocketValues } from '../store/socket-columns.js';
import { CLOSED_CLASSES, CLOSED_LIVES, lifeRange, OPEN_LIVES } from './lives.js';

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
  const open = select(database, `${OPEN_LIVES} AND (${condition.sql})`);
  for (const row of open.iterate({ ...condition.params, toUs })) yield connectionOfValues(row as SocketValues);
  yield* closedBetween(database, fromUs, toUs, condition);
}

/** The same without those that are open still. */
export function* closedBetween(
  database: Database.Database,
  fromUs: number,
  toUs: number,
  condition: Condition = ALWAYS,
): Generator<Connection> {
  const closed = select(database, `${CLOSED_LIVES} AND (${condition.sql})`);
  for (const lifeClass of CLOSED_CLASSES) {
    const rows = closed.iterate({ ...condition.params, ...lifeRange(lifeClass, fromUs, toUs) });
    for (const row of rows) yield connectionOfValues(row as SocketValues);
  }
}

function select(database: Database.Database, where: string): Database.Statement {
  return database.prepare(`SELECT ${CONNECTION_COLUMNS} FROM socket WHERE ${where}`).raw();
}
