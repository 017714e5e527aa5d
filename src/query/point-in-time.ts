/** The socket table at one instant, rebuilt from the history. */

import type Database from 'better-sqlite3';
import type { Condition } from '../model/condition.js';
import type { Connection } from '../model/connection.js';
import { MAY_LACK_TRANSITIONS } from '../model/gap.js';
import { isInferredOpener, type Owner, replacesOpener } from '../model/owner.js';
import type { Step } from '../model/step.js';
import type { Source } from '../model/stored-codes.js';
import type { TcpState } from '../model/tcp-state.js';
import type { TimewaitAt } from '../model/timewaits.js';
import { connectionsBetween } from './connections-between.js';
import { type LastSample, lastSamples } from './last-samples.js';

/** An owner at an instant. */
export interface OwnerAt extends Owner {
  /** It was not seen to hold the socket: it is the listener's owner. */
  readonly inferred?: boolean;
}

/** A connection at an instant. */
export interface SocketAt {
  readonly connection: Connection;
  readonly state: TcpState;
  /** When it entered that state, and how that is known. */
  readonly since: Step;
  /** How long it had been in that state, microseconds. */
  readonly ageUs: number;
  /** How the state is known: observed by the probe, or inferred. */
  readonly source: Source;
  /**
   * True where the state at the instant is not certain: it was inferred with bounds that include the instant, or the
   * next change may have happened before it, or no dump has shown its network namespace since something was lost.
   */
  readonly uncertain: boolean;
  readonly owners: readonly OwnerAt[];
  /** The last one at or before the instant. */
  readonly sample: LastSample | undefined;
  /** Of a timewait socket, what its row does not have. */
  readonly timewait?: TimewaitAt | undefined;
}

export interface PointInTimeOptions {
  /** On the columns of the table `socket`; its `state` is the last known one, so states are filtered by `states`. */
  readonly condition?: Condition;
  readonly states?: ReadonlySet<TcpState>;
  /** Whether owners and samples are read too. */
  readonly details?: boolean;
}

/** The sockets that ss would have shown at `atUs`, in order of their ids. */
export function socketsAt(database: Database.Database, atUs: number, options: PointInTimeOptions = {}): SocketAt[] {
  const sockets: SocketAt[] = [];
  for (const connection of connectionsBetween(database, atUs, atUs, options.condition)) {
    const socket = socketAt(connection, atUs);
    if (socket !== undefined && (options.states?.has(socket.state) ?? true)) sockets.push(socket);
  }
  sockets.sort((a, b) => a.connection.id - b.connection.id);
  markUnseen(database, atUs, sockets);
  return options.details === true ? withDetails(database, atUs, sockets) : sockets;
}

/**
 * Marks what nothing shows to be there: sockets of a namespace that was left, whose ends only events report, and those for which neither a
 * dump nor an event of their own has come since events were lost, or since the recorder was not running.
 */
function markUnseen(database: Database.Database, atUs: number, sockets: SocketAt[]): void {
  const netns = JSON.stringify([...new Set(sockets.map(({ connection }) => connection.netns))]);
  const left = new Set(database.prepare<[object], number>(LEFT_NETNS).pluck().all({ netns, atUs }));
  const gapUs = database.prepare<[number], number | null>(LAST_GAP).pluck().get(atUs) ?? undefined;
  const unproven =
    gapUs === undefined
      ? new Set<number>()
      : new Set(database.prepare<[object], number>(NETNS_WITHOUT_DUMP).pluck().all({ netns, gapUs }));
  if (left.size + unproven.size === 0) return;
  for (const [index, socket] of sockets.entries()) {
    const { netns } = socket.connection;
    const isLost = gapUs !== undefined && unproven.has(netns) && !hasEventSince(socket, gapUs);
    if (left.has(netns) || isLost) sockets[index] = { ...socket, uncertain: true };
  }
}

const LEFT_NETNS = `SELECT value FROM json_each(@netns) WHERE
  (SELECT to_us FROM namespaces WHERE netns = value AND from_us <= @atUs ORDER BY from_us DESC LIMIT 1) <= @atUs`;
const LAST_GAP = `SELECT max(to_us) FROM gaps WHERE to_us < ? AND ${MAY_LACK_TRANSITIONS}`;
const NETNS_WITHOUT_DUMP = `SELECT value FROM json_each(@netns) WHERE NOT EXISTS
  (SELECT 1 FROM snapshots WHERE netns = value AND at_us >= @gapUs AND complete)`;

/** The first step since then also shows in which state the socket was before it. */
function hasEventSince({ connection }: SocketAt, us: number): boolean {
  return connection.steps.some(({ atUs, notBeforeUs }) => atUs >= us && notBeforeUs === undefined);
}

function socketAt(connection: Connection, atUs: number): SocketAt | undefined {
  const socket = socketAfterStep(
    connection,
    connection.steps.findLastIndex((step) => step.atUs <= atUs),
    atUs,
  );
  return socket?.state === 'UNCONN' ? undefined : socket;
}

/** A connection whose last step up to `atUs` is the one at `index`, without what is stored outside its own row. */
export function socketAfterStep(connection: Connection, index: number, atUs: number): SocketAt | undefined {
  const since = connection.steps[index];
  if (since === undefined) return undefined;
  const next = connection.steps[index + 1];
  return {
    connection,
    state: since.newState,
    since,
    ageUs: atUs - since.atUs,
    source: since.source,
    uncertain: next?.notBeforeUs !== undefined && next.notBeforeUs < atUs,
    owners: openerOf(connection),
    sample: undefined,
  };
}

function openerOf(connection: Connection): readonly OwnerAt[] {
  const { pid, fd, comm } = connection;
  if (pid === undefined) return [];
  const opener = { pid, fd: fd ?? -1, comm: comm ?? '' };
  return [isInferredOpener(connection) ? { ...opener, inferred: true } : opener];
}

/** Adds what is stored outside a connection's own row. One statement for all sockets takes a third of the time of one for each. */
export function withDetails(database: Database.Database, atUs: number, sockets: readonly SocketAt[]): SocketAt[] {
  const ids = JSON.stringify(sockets.map(({ connection }) => connection.id));
  const samples = lastSamples(
    database,
    sockets.map(({ connection }) => ({ id: connection.id, netns: connection.netns, endedUs: fullEndUs(connection) })),
    atUs,
  );
  const owners = ownerRows(database, ids);
  return sockets.map((socket) => {
    const { id } = socket.connection;
    const rows = owners.get(id);
    return {
      ...socket,
      owners: rows === undefined ? socket.owners : ownersAt(socket, rows, atUs),
      sample: samples.get(id),
    };
  });
}

/** Up to when its full socket is known to have existed: a TIME-WAIT is not sampled. Undefined: it exists. */
function fullEndUs({ steps }: Connection): number | undefined {
  const end = steps.find(({ newState }) => newState === 'TIME-WAIT' || newState === 'UNCONN');
  return end === undefined ? undefined : (end.notBeforeUs ?? end.atUs);
}

interface OwnerRow {
  readonly id: number;
  readonly pid: number;
  readonly fd: number;
  readonly tid: number;
  readonly comm: string;
  readonly fromUs: number;
  readonly toUs: number | null;
}

/** Who holds it: its opener, unless a row says when it ceased to, and those of the rows whose time it is. */
function ownersAt({ connection, owners }: SocketAt, rows: readonly OwnerRow[], atUs: number): OwnerAt[] {
  const [opener] = owners;
  const others = rows
    .filter(({ fromUs, toUs }) => fromUs <= atUs && (toUs === null || toUs > atUs))
    .map(({ pid, fd, tid, comm }): OwnerAt => (tid === 0 ? { pid, fd, comm } : { pid, fd, comm, tid }));
  return opener === undefined || rows.some((row) => replacesOpener(connection, row)) ? others : [opener, ...others];
}

/** The rows of the table `owner`, by connection. */
function ownerRows(database: Database.Database, ids: string): Map<number, OwnerRow[]> {
  const rows = database
    .prepare(
      `SELECT connection_id AS id, pid, fd, tid, comm, from_us AS fromUs, to_us AS toUs
       FROM json_each(@ids) AS wanted CROSS JOIN owner ON connection_id = wanted.value`,
    )
    .all({ ids }) as OwnerRow[];
  const owners = new Map<number, OwnerRow[]>();
  for (const row of rows) {
    const known = owners.get(row.id);
    if (known === undefined) owners.set(row.id, [row]);
    else known.push(row);
  }
  return owners;
}
