/** Listeners that were closed and opened again on their hosts, and the connections of these hosts that failed for that. */
import { accepts } from '../../explain/listeners.js';
import { isOwnAddress } from '../../explain/own-address.js';
import { AFTER_US, BEFORE_US, type Restart, restartsOf } from '../../explain/restart.js';
import type { Connection } from '../../model/connection.js';
import { maskOfStates } from '../../model/tcp-state.js';
import type { FleetClient } from '../client.js';
import { connectionOfRow, type FleetConnection } from '../connection-of-row.js';
import { connectionsSql, type FoundConnection } from '../connections-query.js';
import type { FleetTrouble, TroubleSearch } from './fleet-trouble.js';

/** Listeners and victims that are looked at, the latest. */
const MOST_ROWS = 20_000;
const MOST_NAMES = 5;

const IS_LISTENER = `bitAnd(states, ${maskOfStates(['LISTEN'])}) != 0 AND remote_port = 0`;
const PLACE = 'machine, file, netns, local_port';

interface RestartOfHost extends Restart {
  readonly of: FleetConnection;
  readonly victims: readonly FleetConnection[];
}

/** Those that made connections of the host itself fail, together where they are of one port and program. */
export async function restartsOfFleet(fleet: FleetClient, search: TroubleSearch): Promise<readonly FleetTrouble[]> {
  const { window, condition, signal } = search;
  const params = { ...condition?.params, fromUs: window.fromUs, toUs: window.toUs };
  const ended = connectionsSql({
    condition: { sql: IS_LISTENER, params: {} },
    having: 'closed_us BETWEEN {fromUs:Int64} AND {toUs:Int64}',
    select: PLACE,
  });
  const listeners = connectionsSql({
    condition: { sql: `${IS_LISTENER} AND (${PLACE}) IN (${ended})`, params: {} },
    tail: `ORDER BY opened_us DESC LIMIT ${MOST_ROWS}`,
  });
  const rows = await fleet.rows<FoundConnection>({ sql: listeners, params, signal });
  const restarts = [...byPlace(rows.map(connectionOfRow)).values()]
    .flatMap(restartsOfPlace)
    .filter(({ backUs, goneUs }) => backUs >= window.fromUs && goneUs <= window.toUs);
  if (restarts.length === 0) return [];
  const victims = connectionsSql({
    condition,
    having: `close_reason IN ('refused', 'reset by peer', 'aborted') AND closed_us BETWEEN {fromUs:Int64} AND {toUs:Int64}
      AND (machine, file, netns, if(origin = 'accept', local_port, remote_port)) IN (${ended})`,
    tail: `ORDER BY closed_us DESC LIMIT ${MOST_ROWS}`,
  });
  const failed = byPlace((await fleet.rows<FoundConnection>({ sql: victims, params, signal })).map(connectionOfRow));
  const found = restarts.flatMap((restart): RestartOfHost[] => {
    const of = failed.get(placeOf(restart.of)) ?? [];
    const own = of.filter(({ connection }) => isVictim(connection, restart));
    return own.length === 0 ? [] : [{ ...restart, victims: own }];
  });
  return together(found).slice(0, search.most);
}

/** The listening end of a connection: of its host where it accepted or listens, else of the peer, by which its victims are found. */
function placeOf({ machine, connection }: FleetConnection): string {
  const { netns, origin, tuple } = connection;
  const port = origin === 'accept' || tuple.remotePort === 0 ? tuple.localPort : tuple.remotePort;
  return `${machine.machine} ${machine.file} ${netns} ${port}`;
}

function byPlace(found: readonly FleetConnection[]): Map<string, FleetConnection[]> {
  const places = new Map<string, FleetConnection[]>();
  for (const each of found) {
    const place = placeOf(each);
    const known = places.get(place);
    if (known === undefined) places.set(place, [each]);
    else known.push(each);
  }
  return places;
}

function restartsOfPlace(listeners: readonly FleetConnection[]): (Restart & { readonly of: FleetConnection })[] {
  return restartsOf(listeners.map(({ connection }) => connection)).flatMap((restart) => {
    const of = listeners.find(({ connection }) => connection === restart.before);
    return of === undefined ? [] : [{ ...restart, of }];
  });
}

function isVictim(connection: Connection, { before, goneUs, backUs }: Restart): boolean {
  const { origin, closeReason, closedUs = 0, tuple } = connection;
  if (closedUs < goneUs - BEFORE_US || closedUs > backUs + AFTER_US) return false;
  if (origin === 'accept') return closeReason === 'aborted' && accepts(before, tuple.localAddr);
  return closeReason !== 'aborted' && isOwnAddress(connection) && accepts(before, tuple.remoteAddr);
}

function together(restarts: readonly RestartOfHost[]): FleetTrouble[] {
  const groups = new Map<string, RestartOfHost[]>();
  for (const restart of restarts) {
    const { comm, tuple } = restart.before;
    const key = `${comm ?? ''} ${tuple.localPort}`;
    groups.set(key, [...(groups.get(key) ?? []), restart]);
  }
  return [...groups.values()].map(troubleOf).sort((a, b) => b.hosts - a.hosts || b.count - a.count);
}

function troubleOf(restarts: readonly RestartOfHost[]): FleetTrouble {
  const [worst] = restarts.toSorted((a, b) => b.backUs - b.goneUs - (a.backUs - a.goneUs));
  const example = worst?.victims[0];
  if (worst === undefined || example === undefined) throw new RangeError('an empty group of restarts');
  const { machine, file } = example.machine;
  const programs = restarts.flatMap(({ before, after }) => [before.comm ?? '', after.comm ?? '']);
  return {
    ...{ kind: 'listener restart', isOutgoing: 0, family: worst.before.tuple.family, address: '', error: '' },
    port: worst.before.tuple.localPort,
    count: restarts.reduce((sum, { victims }) => sum + victims.length, 0),
    cases: restarts.length,
    hosts: new Set(restarts.map(({ of }) => of.machine.machine)).size,
    names: [...new Set(restarts.map(({ of }) => of.machine.host))].slice(0, MOST_NAMES),
    processes: [...new Set(programs)],
    firstUs: Math.min(...restarts.map(({ goneUs }) => goneUs)),
    lastUs: Math.max(...restarts.map(({ backUs }) => backUs)),
    longestUs: worst.backUs - worst.goneUs,
    isOver: 1,
    ...{ exampleMachine: machine, exampleFile: file, exampleId: example.connection.id },
  };
}
