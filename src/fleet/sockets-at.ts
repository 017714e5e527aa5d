/** The sockets of all hosts at one instant. */
import { compileToClickHouse } from '../filter/clickhouse.js';
import type { Filter } from '../filter/expression.js';
import type { Place } from '../model/place.js';
import type { TcpState } from '../model/tcp-state.js';
import type { OwnerAt, SocketAt } from '../query/point-in-time.js';
import { socketAfterStep } from '../query/point-in-time.js';
import type { Basis } from './basis.js';
import type { FleetClient } from './client.js';
import { connectionOfRow, type FleetConnection, type Machine } from './connection-of-row.js';
import { connectionsSql, FORGOTTEN_AFTER_US, type FoundConnection, stepAt } from './connections-query.js';

export interface FleetSocket {
  readonly machine: Machine;
  readonly socket: SocketAt;
  readonly place: Place;
  /** The host's record has a gap at that time. */
  readonly inGap: boolean;
}

export interface FleetMoment {
  readonly filter: Filter | undefined;
  readonly states: ReadonlySet<TcpState>;
  /** Of each host only the network namespace of its process 1. */
  readonly initialNetns: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** Of each host what it sent: `basis` says of which that is less than all. */
export async function* fleetSocketsAt(
  fleet: FleetClient,
  atUs: number,
  basis: Basis,
  { filter, states, initialNetns, signal }: FleetMoment,
): AsyncGenerator<FleetSocket> {
  const condition =
    filter && compileToClickHouse({ ...filter, states: undefined }, { during: { fromUs: atUs, toUs: atUs } });
  const sql = connectionsSql({
    condition,
    states,
    wholeRows: true,
    having: [isInStateAt(states), ...(initialNetns ? [IN_INITIAL_NETNS] : [])].join(' AND '),
  });
  const params = { ...condition?.params, fromUs: atUs, toUs: atUs };
  const hosts = new Map(basis.hosts.map((host) => [host.machine, host]));
  for await (const rows of fleet.batches<FoundConnection>({ sql, params, signal })) {
    for (const row of rows) {
      const host = hosts.get(row.machine);
      if (isForgotten(row, Math.min(atUs, host?.completeUs ?? atUs))) continue;
      const socket = socketOf(connectionOfRow(row), atUs, host?.standing === 'behind');
      if (socket !== undefined) yield { ...socket, inGap: host?.standing === 'gap' };
    }
  }
}

/** The state at the end of the window: a step may be of another state at another time, the last one by then counts. */
export const STATE_AT = `toString(step_into[${stepAt('{toUs:Int64}')}])`;

function isInStateAt(states: ReadonlySet<TcpState>): string {
  const names = [...states].map((state) => `'${state}'`);
  return `${stepAt('{toUs:Int64}')} > 0 AND ${STATE_AT} IN (${names.length === 0 ? "''" : names.join(', ')})`;
}

function isForgotten({ closed_us, known_us }: FoundConnection, completeUs: number): boolean {
  return closed_us === null && known_us + FORGOTTEN_AFTER_US < completeUs;
}

/** Where a host does not say which it is, all of its namespaces. */
export const IN_INITIAL_NETNS = `((machine, file) NOT IN (SELECT machine, file FROM hosts FINAL WHERE netns IS NOT NULL)
  OR (machine, file, netns) IN (SELECT machine, file, assumeNotNull(netns) FROM hosts FINAL WHERE netns IS NOT NULL))`;

function socketOf(found: FleetConnection, atUs: number, isBehind: boolean): Omit<FleetSocket, 'inGap'> | undefined {
  const { connection, machine, place } = found;
  const index = connection.steps.findLastIndex((step) => step.atUs <= atUs);
  const socket = socketAfterStep(connection, index, atUs);
  if (socket === undefined || socket.state === 'UNCONN') return undefined;
  const sample = found.sample !== undefined && found.sample.at_us <= atUs ? found.sample : undefined;
  return {
    machine,
    place,
    socket: {
      ...socket,
      uncertain: socket.uncertain || isBehind,
      owners: found.owners
        .filter(({ fromUs, toUs }) => fromUs <= atUs && (toUs ?? Number.MAX_SAFE_INTEGER) > atUs)
        .map(ownerAt),
      sample: sample && { row: sample, heldUs: sample.at_us },
    },
  };
}

function ownerAt({ pid, fd, comm, tid, inferred }: FleetConnection['owners'][number]): OwnerAt {
  return { pid, fd, comm, ...(tid === undefined ? {} : { tid }), ...(inferred ? { inferred } : {}) };
}
