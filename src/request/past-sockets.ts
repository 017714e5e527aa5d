/** The socket table of a recorded moment, as `sstory ss --at` lists it. */
import type Database from 'better-sqlite3';
import { matches } from '../filter/matches.js';
import type { Connection } from '../model/connection.js';
import { mayLackTransitions } from '../model/gap.js';
import { inOrderOfSs, type Owner, withoutThreadCopies } from '../model/owner.js';
import type { TcpState } from '../model/tcp-state.js';
import { type BoundAt, boundAt } from '../query/bound-at.js';
import { gapsTouching } from '../query/gaps.js';
import type { HistoryFilter } from '../query/history-filter.js';
import { type ThreadAt, threadsAt } from '../query/host-at.js';
import type { Places } from '../query/places.js';
import { type OwnerAt, type SocketAt, socketsAt } from '../query/point-in-time.js';
import { timewaitsAt } from '../query/timewaits-at.js';
import { boundSocket } from '../view/ss/bound-socket.js';
import { shownSocket } from '../view/ss/recorded-socket.js';
import type { ShownSocket } from '../view/ss/shown-socket.js';

export interface PastTableRequest {
  readonly filter: HistoryFilter | undefined;
  /** In which a socket has to be. */
  readonly states: ReadonlySet<TcpState>;
  /** Sockets that are bound and nothing more are listed too. */
  readonly bound?: boolean;
  /** Each thread of an owner is shown. */
  readonly threads: boolean;
  readonly facts: Facts;
}

/** `all` that is known, or what flags of ss ask the kernel for. */
export type Facts = 'all' | { readonly info: boolean; readonly memory: boolean };

export interface PastTable {
  /** As they are recorded, by id. */
  readonly sockets: readonly SocketAt[];
  /** The same as they are shown, in the order of a listing. */
  readonly shown: readonly ShownSocket[];
  /** The record has a gap at that time. */
  readonly inGap: boolean;
}

export function pastTable(
  database: Database.Database,
  places: Places,
  us: number,
  { filter, states, threads, facts, bound = false }: PastTableRequest,
): PastTable {
  const sockets = socketsAt(database, us, {
    states,
    details: true,
    ...(filter === undefined ? {} : { condition: filter.condition }),
  });
  const inGap = gapsTouching(database, us, us).some(mayLackTransitions);
  const threadsOf = threads ? threadsAt(database, ownersPids(sockets), us) : NO_THREADS;
  const timewaits = timewaitsAt(database, sockets, us);
  const shown = sockets.map((socket) => {
    const owners = threads ? withThreads(socket, threadsOf) : withoutThreadCopies(socket.owners);
    const known = { ...socket, owners, timewait: timewaits.get(socket.connection.id) };
    return shownSocket(known, places.at(socket.connection, us), inGap);
  });
  if (bound) shown.push(...shownBound(database, places, us, { filter, threads, inGap }));
  return { sockets, shown: shown.map((socket) => withFacts(socket, facts)).sort(inOrder), inGap };
}

interface BoundRequest {
  readonly filter: HistoryFilter | undefined;
  readonly threads: boolean;
  readonly inGap: boolean;
}

/** Those that the filter matches, but for those that were seen to connect or to listen since they were last found. */
function shownBound(
  database: Database.Database,
  places: Places,
  us: number,
  { filter, threads, inGap }: BoundRequest,
): ShownSocket[] {
  if (filter !== undefined && filter.filter === undefined) return [];
  const found = boundAt(database, us);
  const threadsOf = threads ? threadsAt(database, ownersPids(found), us) : NO_THREADS;
  const isOther = found.some(({ uncertain }) => uncertain) ? laterUse(socketsAt(database, us)) : () => false;
  return found.flatMap((each) => {
    const { netns, cgroupId, fromUs, toUs } = each.record;
    const place = places.at({ netns, cgroup: cgroupId, openedUs: fromUs, closedUs: toUs }, us);
    const owners = threads ? withThreads({ ...each, connection: NO_OPENER }, threadsOf) : each.owners;
    const shown = boundSocket({ ...each, owners }, us, place, inGap);
    return isOther(each) || !isMatched(filter, shown) ? [] : [shown];
  });
}

/** Whether a socket was opened on the same port after a bound one was last found there. */
function laterUse(sockets: readonly SocketAt[]): (bound: BoundAt) => boolean {
  return ({ record, heldUs, uncertain }) =>
    uncertain &&
    sockets.some(
      ({ connection }) =>
        connection.netns === record.netns &&
        connection.tuple.localPort === record.localPort &&
        connection.openedUs >= heldUs,
    );
}

function isMatched(request: HistoryFilter | undefined, { row, owners, cgroup, netns }: ShownSocket): boolean {
  if (request?.filter === undefined) return true;
  const { state, tuple, interfaceIndex, mark, uid } = row;
  const subject = { state, tuple, interfaceIndex, mark, uid, owners, netns, cgroupPath: cgroup?.path };
  return matches({ ...request.filter, states: undefined }, subject);
}

/** What the flags ask the kernel for, of what was recorded. */
export function withFacts(socket: ShownSocket, facts: Facts): ShownSocket {
  // What the kernel keeps for its timer only belongs to no process, and to no cgroup.
  const isTimewait = socket.row.state === 'TIME-WAIT' || socket.row.timer?.kind === 'timewait';
  const owners = isTimewait ? [] : socket.owners?.toSorted(inOrderOfSs);
  if (facts === 'all') return { ...socket, owners };
  const row = {
    ...socket.row,
    ...(isTimewait ? { cgroup: undefined } : {}),
    ...(facts.memory ? {} : { memory: undefined }),
    ...(facts.info ? {} : { info: undefined, congestion: undefined, congestionInfo: undefined }),
  };
  return { ...socket, row, owners, cgroup: isTimewait ? undefined : socket.cgroup };
}

/** Listeners first, then by local port and peer. */
export function inOrder({ row: one }: ShownSocket, { row: other }: ShownSocket): number {
  const [a, b] = [one.tuple, other.tuple];
  return (
    Number(other.state === 'LISTEN') - Number(one.state === 'LISTEN') ||
    a.localPort - b.localPort ||
    a.family - b.family ||
    byText(a.remoteAddr, b.remoteAddr) ||
    a.remotePort - b.remotePort ||
    byText(a.localAddr, b.localAddr)
  );
}

function byText(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

const NO_THREADS: ReadonlyMap<number, readonly ThreadAt[]> = new Map();

/** Of a socket whose owners are all known from a search. */
const NO_OPENER = { pid: undefined, tid: undefined, fd: undefined } as const;

function ownersPids(sockets: readonly { readonly owners: readonly Owner[] }[]): number[] {
  return [...new Set(sockets.flatMap(({ owners }) => owners.map(({ pid }) => pid)))];
}

interface Owned {
  readonly connection: Pick<Connection, 'pid' | 'tid' | 'fd'>;
  readonly owners: readonly OwnerAt[];
}

/**
 * Threads share their descriptors: each holds what the process holds, but those with a table of their own. Where the threads of a process were
 * not read, the one that opened the socket is known from the probe.
 */
function withThreads(
  { connection, owners }: Owned,
  threadsOf: ReadonlyMap<number, readonly ThreadAt[]>,
): readonly OwnerAt[] {
  const { pid, tid, fd = -1 } = connection;
  return owners.flatMap((owner) => {
    const threads = threadsOf
      .get(owner.pid)
      ?.filter((each) => (owner.tid === undefined ? !each.ownFiles : each.tid === owner.tid));
    if (threads !== undefined && threads.length > 0)
      return threads.map((thread) => ({ ...owner, tid: thread.tid, comm: thread.comm }));
    const isOpener = owner.tid === undefined && owner.pid === pid && owner.fd === fd && tid !== undefined;
    return [isOpener ? { ...owner, tid } : owner];
  });
}
