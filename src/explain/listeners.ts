/** Listeners of this host: which one a connection belongs to, and how full its accept queue was. */

import { plainAddress } from '../model/address.js';
import type { Connection } from '../model/connection.js';
import type { SampleRow } from '../model/sample.js';
import type { ExplainContext } from './context.js';

/**
 * The listeners in a namespace to which a connection to an address and port comes at `atUs`, as the kernel looks them up: those of that
 * address before those of all addresses, of its family before those of both (inet_lookup_listener(), net/ipv4/inet_hashtables.c). Several
 * are a group of SO_REUSEPORT: which of them the kernel chose is not recorded. Where none is open, the last that was.
 * @param ifIndex the interface that the accepted connection is bound to, 0 for none; undefined where it is not known
 * @param whenUs when the inode number stood for the namespace that is meant
 */
export function listenersFor(
  context: ExplainContext,
  netns: number,
  address: string,
  port: number,
  atUs: number,
  { ifIndex, whenUs = atUs }: { readonly ifIndex?: number | undefined; readonly whenUs?: number } = {},
): readonly Connection[] {
  const found = context.listeners(netns, port, atUs, whenUs).filter((each) => distance(each, address) < NONE);
  const open = found.filter(({ closedUs }) => closedUs === undefined || closedUs > atUs);
  if (open.length < 2) return open.length === 0 ? found.slice(0, 1) : open;
  const best = Math.min(...open.map((each) => distance(each, address)));
  const nearest = open.filter((each) => distance(each, address) === best);
  if (ifIndex === undefined) return nearest;
  const interfaceOf = ({ id }: Connection) => context.sampleAt(id, atUs)?.if_index ?? 0;
  const bound = nearest.filter((each) => ifIndex > 0 && interfaceOf(each) === ifIndex);
  return bound.length > 0 ? bound : nearest.filter((each) => interfaceOf(each) === 0);
}

/** `listenersFor` the local end of an accepted connection. */
export function listenersOf(
  context: ExplainContext,
  { id, netns, tuple, openedUs }: Connection,
  atUs: number,
): readonly Connection[] {
  const ifIndex = context.sampleAt(id, atUs)?.if_index ?? undefined;
  return listenersFor(context, netns, tuple.localAddr, tuple.localPort, atUs, { ifIndex, whenUs: openedUs });
}

/** ` It is one of 2 listeners ...`, of a listener of a group; else nothing. */
export function groupText(group: readonly Connection[]): string {
  if (group.length < 2) return '';
  return ` It is one of ${group.length} listeners on this address and port: which of them the kernel chose for this connection is not recorded.`;
}

/** Whether a listener has that address, or all of them. */
export function accepts(listener: Connection, address: string): boolean {
  return distance(listener, plainAddress(address)) < NONE;
}

const NONE = Number.POSITIVE_INFINITY;

/** 0: it has that address, 1: all of its family, 2: all of both families. A socket with a mapped address (`::ffff:10.0.0.1`) is of IPv6. */
function distance({ tuple }: Connection, address: string): number {
  if (sameAddress(tuple.localAddr, address)) return 0;
  const isIpv4 = !address.includes(':');
  if (tuple.localAddr === '0.0.0.0') return isIpv4 ? 1 : NONE;
  if (tuple.localAddr === '::' || tuple.localAddr === '*') return isIpv4 ? 2 : 1;
  return NONE;
}

/** Whether it has that address and no other. */
export function hasAddress({ tuple }: Connection, address: string): boolean {
  return sameAddress(tuple.localAddr, address);
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
