import type Database from 'better-sqlite3';
import type { Connection } from '../model/connection.js';
import { LAST_CLASS, OPEN_CLASS } from '../store/life-class.js';
import { CONNECTION_COLUMNS, connectionOfValues, type SocketValues } from '../store/socket-columns.js';
import { CLOSED_CLASSES, CLOSED_LIVES, lifeRange, OPEN_LIVES } from './lives.js';

export type PinnedPorts = 'remote' | 'both';

/** A condition on the columns of the table `socket`, with its named parameters. */
export interface Condition {
  readonly sql: string;
  readonly params: Readonly<Record<string, string | number>>;
  /** That it holds only for one remote port, or for one remote and one local port: then the index over ports can serve. */
  readonly ports?: PinnedPorts | undefined;
}

/** Lets everything pass. */
export const ALWAYS: Condition = { sql: '1', params: {} };

/**
 * The connections that existed at some time from `fromUs` to `toUs` (inclusive), in no order. For each class of
 * lifetimes that is one range of the index socket_by_life, so the cost is that of the answer, wherever in the file it is.
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

/** When the earliest known connection was opened (or first seen), microseconds; undefined in an empty database. */
export function earliestOpeningUs(database: Database.Database): number | undefined {
  const statement = database.prepare('SELECT min(opened_us) AS us FROM socket WHERE life_class = ?').pluck();
  let earliest: number | undefined;
  for (let lifeClass = OPEN_CLASS; lifeClass <= LAST_CLASS; lifeClass++) {
    const us = statement.get(lifeClass) as number | null;
    if (us !== null && (earliest === undefined || us < earliest)) earliest = us;
  }
  return earliest;
}

/** The connection with an id, undefined where there is none. */
export function connectionById(database: Database.Database, id: number): Connection | undefined {
  const row = select(database, 'id = ?').get(id) as SocketValues | undefined;
  return row === undefined ? undefined : connectionOfValues(row);
}
