/** Whether a connection is to an address of this host, and the listener there. */
import { plainAddress } from '../model/address.js';
import type { Connection } from '../model/connection.js';
import type { ExplainContext } from './context.js';
import { hasAddress, listenerFor } from './listeners.js';

/** A host connects to an address of its own from the same one, and to the loopback addresses. */
export function isOwnAddress({ tuple }: Connection): boolean {
  const remote = plainAddress(tuple.remoteAddr);
  return tuple.localAddr === tuple.remoteAddr || remote.startsWith('127.') || remote === '::1';
}

/** `isOwnAddress` in SQL, on the columns of the table `socket`. */
export const OWN_ADDRESS =
  "(local_addr = remote_addr OR remote_addr LIKE '127.%' OR remote_addr LIKE '::ffff:127.%' OR remote_addr = '::1')";

/** The listener of this host at the other end of a connect. One of all addresses listens on none of another host. */
export function listenerAtPeer(context: ExplainContext, connection: Connection, atUs: number): Connection | undefined {
  const { netns, tuple } = connection;
  const listener = listenerFor(context, netns, tuple.remoteAddr, tuple.remotePort, atUs);
  if (listener === undefined) return undefined;
  return isOwnAddress(connection) || hasAddress(listener, tuple.remoteAddr) ? listener : undefined;
}
