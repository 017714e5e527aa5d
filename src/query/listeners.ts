import type Database from 'better-sqlite3';
import type { Connection } from '../model/connection.js';
import { maskOfStates } from '../model/tcp-state.js';
import { CONNECTION_COLUMNS, connectionOfValues, OPENED_AT, type SocketValues } from '../store/socket-columns.js';
import { socketsWithPorts } from './connections-by-ports.js';

/** The bit of LISTEN in the column `states`. */
export const LISTEN_MASK = maskOfStates(['LISTEN']);

/** Listeners that are read at most, the latest opened first. */
const MOST_LISTENERS = 100;
/** A listener has no peer: its remote port is 0. */
const ON_PORT = `
${socketsWithPorts({
  ports: { remote: 0, local: '@port' },
  select: CONNECTION_COLUMNS,
  where: `(@netns IS NULL OR netns = @netns) AND (states & ${LISTEN_MASK}) <> 0 AND opened_us <= @atUs`,
})}
ORDER BY ${OPENED_AT + 1} DESC LIMIT ${MOST_LISTENERS}`;

/** The listeners on a port of a network namespace (undefined: of all) that were opened by `atUs`, closed ones too, the latest opened first. */
export function listenersOnPort(
  database: Database.Database,
  netns: number | undefined,
  port: number,
  atUs: number,
): Connection[] {
  const rows = database
    .prepare(ON_PORT)
    .raw()
    .all({ netns: netns ?? null, port, atUs }) as SocketValues[];
  return rows.map(connectionOfValues);
}

const BETWEEN = socketsWithPorts({
  ports: { remote: 0 },
  select: CONNECTION_COLUMNS,
  where: `(states & ${LISTEN_MASK}) <> 0 AND opened_us <= @toUs AND coalesce(closed_us, @toUs) >= @fromUs`,
  coveredWhere: 'from_us <= @toUs',
});

/** The listeners that existed at some time of a window, of all ports and network namespaces. */
export function listenersBetween(database: Database.Database, fromUs: number, toUs: number): Connection[] {
  const rows = database.prepare(BETWEEN).raw().all({ fromUs, toUs }) as SocketValues[];
  return rows.map(connectionOfValues);
}
