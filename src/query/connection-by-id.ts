import type Database from 'better-sqlite3';
import type { Condition } from '../model/condition.js';
import type { Connection } from '../model/connection.js';
import { CONNECTION_COLUMNS, connectionOfValues, type SocketValues } from '../store/socket-columns.js';

/** The connection with an id, undefined if it does not exist. */
export function connectionById(database: Database.Database, id: number): Connection | undefined {
  const row = database.prepare(`SELECT ${CONNECTION_COLUMNS} FROM socket WHERE id = ?`).raw().get(id) as
    | SocketValues
    | undefined;
  return row === undefined ? undefined : connectionOfValues(row);
}

/** A test of whether the connection with an id fulfils a condition, as it is recorded now. */
export function connectionTest(
  database: Database.Database,
  condition: Condition | undefined,
): (connectionId: number) => boolean {
  if (condition === undefined) return () => true;
  const statement = database.prepare(`SELECT 1 FROM socket WHERE id = @connectionId AND (${condition.sql})`);
  return (connectionId) => statement.get({ ...condition.params, connectionId }) !== undefined;
}
