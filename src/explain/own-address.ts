/** Whether a connection is to an address of this host, and the listener there. */
import { plainAddress } from '../model/address.js';
import type { Connection } from '../model/connection.js';
import type { ExplainContext } from './context.js';
import { hasAddress, listenersFor } from './listeners.js';

/** A host connects to an address of its own from the same one, and to the loopback addresses. */
export function isOwnAddress({ tuple }: Connection): boolean {
  const remote = plainAddress(tuple.remoteAddr);
  return tuple.localAddr === tuple.remoteAddr || remote.startsWith('127.') || remote === '::1';
}

/** `isOwnAddress` in SQL, on the columns of the table `socket`. */
export const OWN_ADDRESS =
  "(local_addr = remote_addr OR remote_addr LIKE '127.%' OR remote_addr LIKE '::ffff:127.%' OR remote_addr = '::1')";

/** The listeners of this host at the other end of a connect (`listenersFor`). One of all addresses listens on none of another host. */
export function listenersAtPeer(context: ExplainContext, connection: Connection, atUs: number): readonly Connection[] {
  const { netns, tuple } = connection;
  const listeners = listenersFor(context, netns, plainAddress(tuple.remoteAddr), tuple.remotePort, atUs);
  return isOwnAddress(connection) ? listeners : listeners.filter((each) => hasAddress(each, tuple.remoteAddr));
}
