/** Which host of a fleet has an address, and what its record says about a port of it. */
import { isFull } from '../../explain/listeners.js';
import { subjectAt } from '../../explain/subject.js';
import { plainAddress } from '../../model/address.js';
import type { ConnectionEvent } from '../../model/connection-event.js';
import { endpoint, type FourTuple } from '../../model/four-tuple.js';
import type { Interval } from '../../model/interval.js';
import { maskOfStates } from '../../model/tcp-state.js';
import type { FleetClient } from '../client.js';
import type { FleetConnection, Machine } from '../connection-of-row.js';
import { connectionsSql } from '../connections-query.js';
import { fleetAddress } from '../life-row.js';
import { and, connectionsOf, isLoopback } from './candidates.js';

/** A host that has an address, in a network namespace. */
export interface Holder extends Machine {
  readonly netns: number;
  /** Its connections with that address, and the time in which they were looked for. */
  readonly rows: number;
  readonly window: Interval;
}

/** How long before and after a time a host's use of an address counts: the first of these in which there is one, microseconds. */
const AROUND_US = [60_000_000, 3_600_000_000, 86_400_000_000] as const;
const MOST_HOLDERS = 20;

/** The hosts with connections or listeners of an address, near a time. */
export async function holdersOf(
  fleet: FleetClient,
  here: FleetConnection,
  { fromUs, toUs }: Interval,
): Promise<readonly Holder[]> {
  const { family, remoteAddr } = here.connection.tuple;
  const { machine, file, host } = here.machine;
  if (isLoopback(remoteAddr))
    return [{ machine, file, host, netns: here.connection.netns, rows: 1, window: { fromUs, toUs } }];
  const condition = {
    sql: 'local_addr = toIPv6({address:String})',
    params: { address: fleetAddress(family, remoteAddr) },
  };
  const sql = connectionsSql({
    condition,
    select: 'any(host) AS name, machine, file, netns, count() AS rows',
    tail: `GROUP BY machine, file, netns ORDER BY rows DESC LIMIT ${MOST_HOLDERS}`,
  });
  for (const aroundUs of AROUND_US) {
    const window = { fromUs: fromUs - aroundUs, toUs: toUs + aroundUs };
    const found = await fleet.rows<Omit<Holder, 'window' | 'host'> & { readonly name: string }>({
      sql,
      params: { ...condition.params, ...window },
    });
    if (found.length > 0) return found.map(({ name, ...holder }) => ({ ...holder, host: name, window }));
  }
  return [];
}

/** How full the queue of a listener was. */
export interface QueueThere {
  readonly waiting: number;
  readonly backlog: number;
  readonly atUs: number;
  /** By the kernel's own count (a sample), or by the connections that no process had accepted. */
  readonly by: 'sample' | 'connections';
}

export interface ListenerThere {
  readonly found: FleetConnection;
  /** Undefined: it was not full, as far as is known. */
  readonly full: QueueThere | undefined;
}

const MOST_LISTENERS = 20;
const MOST_WAITING = 5_000;

/** The listener of a host for the far end of a four-tuple, at a time of that host's clock; undefined: it has none. */
export async function listenerThere(
  fleet: FleetClient,
  holder: Pick<Holder, 'machine' | 'netns'>,
  server: Pick<FourTuple, 'localAddr' | 'localPort'>,
  during: Interval,
): Promise<ListenerThere | undefined> {
  const ofPort = {
    sql: 'machine = {lm:String} AND netns = {ln:Int64} AND local_port = {lp:Int64}',
    params: { lm: holder.machine, ln: holder.netns, lp: server.localPort },
  };
  const isListener = { sql: `bitAnd(states, ${maskOfStates(['LISTEN'])}) != 0`, params: {} };
  const listeners = (await connectionsOf(fleet, during, and(ofPort, isListener), MOST_LISTENERS)).filter(
    ({ connection }) => accepts(connection.tuple.localAddr, server.localAddr),
  );
  const found =
    listeners.find(({ connection }) => plainAddress(connection.tuple.localAddr) === plainAddress(server.localAddr)) ??
    listeners[0];
  return found === undefined ? undefined : { found, full: await queueThere(fleet, found, ofPort, during) };
}

function accepts(listening: string, address: string): boolean {
  return ANY.has(listening) || plainAddress(listening) === plainAddress(address);
}

const ANY: ReadonlySet<string> = new Set(['0.0.0.0', '::', '*']);

/** A full queue, from the last sample that was sent if it is of that time, or from the connections that wait in it. */
async function queueThere(
  fleet: FleetClient,
  { sample, connection }: FleetConnection,
  ofPort: { readonly sql: string; readonly params: Readonly<Record<string, string | number>> },
  during: Interval,
): Promise<QueueThere | undefined> {
  if (sample === undefined) return undefined;
  const backlog = sample.send_q;
  // A sample is kept when the queue changes, so it holds until the next one: this is the last one that is known.
  if (isFull(sample) && sample.at_us <= during.toUs && (connection.closedUs ?? during.toUs) >= during.fromUs)
    return { waiting: sample.recv_q, backlog, atUs: sample.at_us, by: 'sample' };
  const unaccepted = { sql: 'remote_port != 0 AND pid IS NULL AND ifNull(inode, 0) = 0', params: {} };
  const found = await connectionsOf(fleet, during, and(ofPort, unaccepted), MOST_WAITING);
  const waiting = found.filter((each) => {
    const state = subjectAt(each.connection, during.toUs);
    return state !== undefined && state.ended === undefined && WAITING.has(state.state);
  }).length;
  return waiting > backlog ? { waiting, backlog, atUs: during.toUs, by: 'connections' } : undefined;
}

const WAITING: ReadonlySet<string> = new Set(['ESTAB', 'CLOSE-WAIT']);

/** A RST that a host sent for a four-tuple of which it has no connection. */
export async function resetSent(
  fleet: FleetClient,
  machine: string,
  { localAddr, localPort, remoteAddr, remotePort }: FourTuple,
  { fromUs, toUs }: Interval,
): Promise<ConnectionEvent | undefined> {
  const ends = ` ${endpoint(plainAddress(localAddr), localPort)} > ${endpoint(plainAddress(remoteAddr), remotePort)}`;
  const [row] = await fleet.rows<{ readonly at_us: number; readonly detail: string }>({
    sql: `SELECT at_us, detail FROM events WHERE at_us BETWEEN {fromUs:Int64} AND {toUs:Int64} AND machine = {m:String}
      AND kind = 'reset' AND startsWith(detail, 'sent') AND endsWith(detail, {ends:String}) ORDER BY at_us LIMIT 1`,
    params: { fromUs, toUs, m: machine, ends },
  });
  return row && { connectionId: undefined, atUs: row.at_us, kind: 'reset', detail: row.detail };
}
