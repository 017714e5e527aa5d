import type Database from 'better-sqlite3';
import type { Connection } from '../../model/connection.js';
import { SstoryError } from '../../model/error.js';
import { connectionById } from '../../query/connection-by-id.js';

/**
 * The connection with an id that a user typed.
 * @throws SstoryError `no-connection`
 */
export function connectionOfId(database: Database.Database, id: number, file: string): Connection {
  const connection = connectionById(database, id);
  if (connection !== undefined) return connection;
  throw new SstoryError('no-connection', `${file} has no connection ${id}`, {
    hint: 'sstory timeline --oneline shows the ids (#N)',
  });
}
