/** The rows of a fleet that can be the other end of a connection. */
import type { FleetCondition } from '../../filter/clickhouse.js';
import { plainAddress } from '../../model/address.js';
import type { FourTuple } from '../../model/four-tuple.js';
import type { Interval } from '../../model/interval.js';
import type { FleetClient } from '../client.js';
import { connectionOfRow, type FleetConnection } from '../connection-of-row.js';
import { connectionsSql, type FoundConnection } from '../connections-query.js';
import { fleetAddress } from '../life-row.js';

/** Of a four-tuple in one window there are a few; of ports alone there may be more. */
const MOST_CANDIDATES = 50;

/** Connections of a window that fulfil a condition, in the order of their opening. */
export async function connectionsOf(
  fleet: FleetClient,
  window: Interval,
  condition: FleetCondition,
  most = MOST_CANDIDATES,
): Promise<readonly FleetConnection[]> {
  const rows = await fleet.rows<FoundConnection>({
    sql: connectionsSql({
      condition,
      wholeRows: true,
      tail: `ORDER BY opened_us, machine, file, connection_id LIMIT ${most}`,
    }),
    params: { ...condition.params, fromUs: window.fromUs, toUs: window.toUs },
  });
  return rows.map(connectionOfRow);
}

/** Those with the same addresses and ports, the other way round. */
export function mirrorsOf(fleet: FleetClient, here: FleetConnection, window: Interval) {
  return connectionsOf(fleet, window, and(otherThan(here), mirrored('', here.connection.tuple), sameLoopback(here)));
}

/**
 * Those that an address translation can have made of it: one end has the address and port of the connection, and of the other end
 * at least the port is the same or not known to the one that connects. Without those that have an other end of their own.
 */
export async function translatedOf(
  fleet: FleetClient,
  here: FleetConnection,
  window: Interval,
): Promise<readonly FleetConnection[]> {
  if (isLoopback(here.connection.tuple.localAddr)) return [];
  const { params, parts } = endsOf('', here.connection.tuple);
  // The destination was translated, or the source was: from either end.
  const destination = `${parts.theirRemote} AND NOT (${parts.theirLocal})`;
  const source = `${parts.theirLocal} AND remote_port = {hp:Int64} AND NOT (${parts.theirRemote})`;
  const condition = and(otherThan(here), { sql: `(${destination} OR ${source})`, params });
  const found = await connectionsOf(fleet, window, condition);
  if (found.length === 0) return [];
  const taken = await connectionsOf(
    fleet,
    window,
    or(found.map(({ connection }, n) => mirrored(`${n}`, connection.tuple))),
  );
  const mirrors = new Set(taken.map(({ connection }) => keyOf(connection.tuple)));
  return found.filter(({ connection }) => !mirrors.has(keyOf(swapped(connection.tuple))));
}

/** `10.0.0.2:9200 10.0.0.1:40001`, whatever the family of the socket. */
function keyOf({ localAddr, localPort, remoteAddr, remotePort }: FourTuple): string {
  return `${plainAddress(localAddr)} ${localPort} ${plainAddress(remoteAddr)} ${remotePort}`;
}

/** The same from the other end. */
export function swapped({ family, localAddr, localPort, remoteAddr, remotePort }: FourTuple): FourTuple {
  return { family, localAddr: remoteAddr, localPort: remotePort, remoteAddr: localAddr, remotePort: localPort };
}

/** The conditions on both ends of the other row. `name` keeps the parameters of several apart. */
function endsOf(name: string, { family, localAddr, localPort, remoteAddr, remotePort }: FourTuple) {
  return {
    parts: {
      theirLocal: `(local_addr = toIPv6({ra${name}:String}) AND local_port = {rp${name}:Int64})`,
      theirRemote: `(remote_addr = toIPv6({ha${name}:String}) AND remote_port = {hp${name}:Int64})`,
    },
    params: {
      [`ra${name}`]: fleetAddress(family, remoteAddr),
      [`rp${name}`]: remotePort,
      [`ha${name}`]: fleetAddress(family, localAddr),
      [`hp${name}`]: localPort,
    },
  };
}

function mirrored(name: string, tuple: FourTuple): FleetCondition {
  const { parts, params } = endsOf(name, tuple);
  return { sql: `${parts.theirLocal} AND ${parts.theirRemote}`, params };
}

function otherThan({ machine, connection }: FleetConnection): FleetCondition {
  return {
    sql: 'NOT (machine = {m:String} AND file = {f:String} AND connection_id = {id:Int64})',
    params: { m: machine.machine, f: machine.file, id: connection.id },
  };
}

/** Loopback addresses are those of one namespace of one host. */
function sameLoopback({ machine, connection }: FleetConnection): FleetCondition {
  if (!isLoopback(connection.tuple.localAddr)) return { sql: '1', params: {} };
  return {
    sql: 'machine = {lm:String} AND netns = {ln:Int64}',
    params: { lm: machine.machine, ln: connection.netns },
  };
}

export function isLoopback(address: string): boolean {
  return plainAddress(address).startsWith('127.') || address === '::1';
}

export function and(...conditions: readonly FleetCondition[]): FleetCondition {
  return joined(conditions, ' AND ');
}

function or(conditions: readonly FleetCondition[]): FleetCondition {
  return joined(conditions, ' OR ');
}

function joined(conditions: readonly FleetCondition[], by: string): FleetCondition {
  return {
    sql: conditions.map(({ sql }) => `(${sql})`).join(by),
    params: Object.assign({}, ...conditions.map(({ params }) => params)) as FleetCondition['params'],
  };
}
