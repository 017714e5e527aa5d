import type Database from 'better-sqlite3';
import type { Condition } from '../model/condition.js';
import type { Connection } from '../model/connection.js';
import { SstoryError } from '../model/error.js';
import { connectionById } from '../query/connection-by-id.js';

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

/** As other commands print it, or the number alone. */
const CONNECTION_ID = /^#?(\d+)$/;

/** The ids of connections, where the words of a filter are such ids and nothing else: `87340`, `#87340`. */
export function connectionIds(words: readonly string[]): readonly number[] | undefined {
  const ids = words.map((word) => CONNECTION_ID.exec(word)?.[1]);
  return ids.length > 0 && ids.every((id) => id !== undefined) ? ids.map(Number) : undefined;
}

/**
 * The condition for a connection to have one of the ids.
 * @throws SstoryError `no-connection`
 */
export function conditionOfIds(database: Database.Database, ids: readonly number[]): Condition {
  const connections = ids.map((id) => connectionOfId(database, id, database.name));
  const [first] = connections;
  const ports = connections.length === 1 && first && { remote: first.tuple.remotePort, local: first.tuple.localPort };
  const places = ids.map((_, index) => `@id${index}`).join(', ');
  return {
    sql: `socket.id IN (${places})`,
    params: Object.fromEntries(ids.map((id, index) => [`id${index}`, id])),
    ...(ports ? { ports } : {}),
  };
}
