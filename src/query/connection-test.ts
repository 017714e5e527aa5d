import type Database from 'better-sqlite3';
import type { Condition } from './connections-between.js';

/** Whether the connection with an id fulfils a condition, as it is known now. */
export function connectionTest(
  database: Database.Database,
  condition: Condition | undefined,
): (connectionId: number) => boolean {
  if (condition === undefined) return () => true;
  const statement = database.prepare(`SELECT 1 FROM socket WHERE id = @connectionId AND (${condition.sql})`);
  return (connectionId) => statement.get({ ...condition.params, connectionId }) !== undefined;
}
