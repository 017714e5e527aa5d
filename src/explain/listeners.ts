/** Listeners of this host: which one a connection belongs to, and how full its accept queue was. */

import { plainAddress } from '../model/address.js';
import type { Connection } from '../model/connection.js';
import type { SampleRow } from '../model/sample.js';
import type { ExplainContext } from './context.js';

/**
 * The listener in a namespace for an address and port at `atUs`: one of that address before one of all addresses, an open
 * one before one that was closed by then.
 */
export function listenerFor(
  context: ExplainContext,
  netns: number,
  address: string,
  port: number,
  atUs: number,
): Connection | undefined {
  const found = context.listeners(netns, port, atUs).filter((each) => accepts(each, address));
  const open = found.filter(({ closedUs }) => closedUs === undefined || closedUs > atUs);
  return open.find(({ tuple }) => sameAddress(tuple.localAddr, address)) ?? open[0] ?? found[0];
}

/** Whether a listener has that address, or all of them. */
export function accepts(listener: Connection, address: string): boolean {
  return hasAddress(listener, address) || isWildcard(listener.tuple.localAddr);
}

/** Whether it has that address and no other. */
export function hasAddress({ tuple }: Connection, address: string): boolean {
  return sameAddress(tuple.localAddr, address);
}

function isWildcard(address: string): boolean {
  return address === '0.0.0.0' || address === '::' || address === '*';
}

function sameAddress(a: string, b: string): boolean {
  return plainAddress(a) === plainAddress(b);
}

/** The kernel drops new connections when more wait than the backlog: sk_acceptq_is_full(), include/net/sock.h. */
export function isFull({ recv_q, send_q }: Pick<SampleRow, 'recv_q' | 'send_q'>): boolean {
  return recv_q > send_q;
}

/** The last sample of a listener at or before `atUs`. */
export function queueAt(context: ExplainContext, listenerId: number, atUs: number): SampleRow | undefined {
  return context.database
    .prepare('SELECT * FROM whole_sample WHERE connection_id = ? AND at_us <= ? ORDER BY at_us DESC LIMIT 1')
    .get(listenerId, atUs) as SampleRow | undefined;
}

/** The sample of a listener in a window in which most waited; undefined where none was taken. */
export function fullestQueue(
  context: ExplainContext,
  listenerId: number,
  fromUs: number,
  toUs: number,
): SampleRow | undefined {
  return context.database
    .prepare(
      'SELECT * FROM whole_sample WHERE connection_id = ? AND at_us BETWEEN ? AND ? ORDER BY recv_q - send_q DESC, at_us DESC LIMIT 1',
    )
    .get(listenerId, fromUs, toUs) as SampleRow | undefined;
}
