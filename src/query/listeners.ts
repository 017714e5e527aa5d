import type Database from 'better-sqlite3';
import type { Connection } from '../model/connection.js';
import { maskOfStates } from '../model/tcp-state.js';
import { CONNECTION_COLUMNS, connectionOfValues, type SocketValues } from '../store/socket-columns.js';

/** The bit of LISTEN in the column `states`. */
export const LISTEN_MASK = maskOfStates(['LISTEN']);

/** Listeners that are read at most, the latest opened first. */
const MOST_LISTENERS = 100;
/** A listener has no peer: `remote_port = 0` is a range of the index socket_by_ports. */
const ON_PORT = `
SELECT ${CONNECTION_COLUMNS} FROM socket
WHERE remote_port = 0 AND local_port = @port AND netns = @netns AND (states & ${LISTEN_MASK}) <> 0 AND opened_us <= @atUs
ORDER BY opened_us DESC LIMIT ${MOST_LISTENERS}`;

/** The listeners on a port of a network namespace that were opened by `atUs`, closed ones too, the latest opened first. */
export function listenersOnPort(database: Database.Database, netns: number, port: number, atUs: number): Connection[] {
  const rows = database.prepare(ON_PORT).raw().all({ netns, port, atUs }) as SocketValues[];
  return rows.map(connectionOfValues);
}
