import type Database from 'better-sqlite3';
import { parseFilter } from '../../filter/parse.js';
import { counted } from '../../model/counted.js';
import { mayLackTransitions } from '../../model/gap.js';
import { withoutThreadCopies } from '../../model/owner.js';
import { shownState, type TcpState } from '../../model/tcp-state.js';
import { localTime } from '../../model/time-text.js';
import { gapsTouching } from '../../query/gaps.js';
import { Places } from '../../query/places.js';
import type { OwnerAt, SocketAt } from '../../query/point-in-time.js';
import { socketsAt } from '../../query/point-in-time.js';
import { openForReading } from '../../store/database.js';
import { shownSocket } from '../../view/ss/recorded-socket.js';
import type { ShownSocket } from '../../view/ss/shown-socket.js';
import { closing } from '../closing.js';
import { DEFAULT_DATABASE, SYSTEM_DATABASE } from '../default-database.js';
import { filterOf } from '../history/filter.js';
import { recordedMoment, spanOf } from '../history/history-window.js';
import { notePruned } from '../history/window-notes.js';
import { say } from '../output/say.js';
import { netnsAt } from './at-netns.js';
import type { SsFlags } from './flags.js';
import type { Listing } from './output.js';
import { filterWords, statesAsked } from './selection.js';
import { recordedSummaryText } from './summary.js';

/** The sockets as they were at a time. A note on stderr reports that time, and whether the record has a gap there. */
export async function socketsAtTime(flags: SsFlags, at: string): Promise<Listing> {
  const file = flags.db ?? DEFAULT_DATABASE;
  if (flags.db === undefined && file === SYSTEM_DATABASE) say(`using ${file}`);
  const database = openForReading(file);
  using _database = closing(database);
  const us = recordedMoment('--at', at, spanOf(database, file), file);
  notePruned(database, us);
  const places = new Places(database);
  // Once: they may be on stdin.
  const words = filterWords(flags);
  const parsed = parseFilter(words, flags.family);
  const chosen = netnsAt(database, places.namespaces, us, flags.netns, parsed);
  const moment = { fromUs: us, toUs: us };
  const filter = await filterOf(database, words, {
    family: flags.family,
    window: moment,
    during: moment,
    netns: chosen.netns,
    // As for ss, which cannot enter it.
    exitWithoutNetns: 1,
  });
  const states = statesAsked(flags, parsed);
  const sockets = socketsAt(database, us, {
    states,
    details: true,
    ...(filter === undefined ? {} : { condition: filter.condition }),
  });
  const gaps = gapsTouching(database, us, us).filter(mayLackTransitions);
  const loss = gaps.length === 0 ? '' : '; the record has a gap here';
  say(`as of ${localTime(us)}, ${counted(sockets.length, 'socket')}${chosen.words}${loss}`);
  const shown = sockets.map((socket) => {
    const owners = flags.threads ? withOpenersThread(socket) : withoutThreadCopies(socket.owners);
    return shownSocket({ ...socket, owners }, places.at(socket.connection, us), gaps.length > 0);
  });
  const listed = shown.map((socket) => asked(socket, flags)).sort(inOrder);
  const devices = new Map(listed.map(({ row, device }) => [row, device]));
  return {
    sockets: listed,
    oneState: isOneState(states),
    interfaceName: (_, row) => devices.get(row),
    showNetns: chosen.several,
    hostName: flags.resolve ? await hostNamesThen(database, us, sockets, listed) : () => undefined,
  };
}

/** The summary of all sockets of a time, and the listing that the flags and the filter select of them; read once where there is no filter. */
export async function summaryAtTime(
  flags: SsFlags,
  at: string,
): Promise<{ readonly summary: string; readonly listing: () => Promise<Listing> }> {
  const unfiltered = { ...flags, shown: 'all', filter: [], filterFile: undefined, family: undefined } as const;
  const all = await socketsAtTime(unfiltered, at);
  const { filter, filterFile, family } = flags;
  const listing = async (): Promise<Listing> => {
    if (filter.length > 0 || filterFile !== undefined || family !== undefined) return socketsAtTime(flags, at);
    const states = statesAsked(flags, parseFilter([], undefined));
    return {
      ...all,
      sockets: all.sockets.filter(({ row }) => states.has(row.state)),
      oneState: isOneState(states),
    };
  };
  return { summary: recordedSummaryText(all.sockets.map(({ row }) => row)), listing };
}

function isOneState(states: ReadonlySet<TcpState>): boolean {
  return new Set([...states].map(shownState)).size === 1;
}

async function hostNamesThen(
  database: Database.Database,
  us: number,
  sockets: readonly SocketAt[],
  listed: readonly ShownSocket[],
): Promise<NonNullable<Listing['hostName']>> {
  const { namesThen } = await import('./recorded-host-names.js');
  const byId = new Map(sockets.map((socket) => [socket.connection.id, socket]));
  return namesThen(
    database,
    us,
    listed.flatMap(({ row, history }) => {
      const socket = byId.get(history?.connectionId ?? 0);
      return socket === undefined ? [] : [{ socket, row }];
    }),
  );
}

/** What the flags ask the kernel for, of what was recorded. */
function asked(socket: ShownSocket, { info, memory, format, columns }: SsFlags): ShownSocket {
  // What the kernel keeps for its timer only belongs to no process, and to no cgroup.
  const isTimewait = socket.row.timer?.kind === 'timewait';
  const owners = isTimewait ? [] : socket.owners;
  if (format !== 'text' || columns !== undefined) return { ...socket, owners };
  const row = {
    ...socket.row,
    ...(isTimewait ? { cgroup: undefined } : {}),
    ...(memory ? {} : { memory: undefined }),
    ...(info ? {} : { info: undefined, congestion: undefined, congestionInfo: undefined }),
  };
  return { ...socket, row, owners, cgroup: isTimewait ? undefined : socket.cgroup };
}

/** Listeners first, then by local port and peer. */
function inOrder({ row: one }: ShownSocket, { row: other }: ShownSocket): number {
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

/** The thread that opened it is recorded; those that shared its descriptors are not. */
function withOpenersThread({ connection, owners }: SocketAt): readonly OwnerAt[] {
  const { pid, tid, fd = -1 } = connection;
  return owners.map((owner) =>
    owner.tid === undefined && owner.pid === pid && owner.fd === fd && tid !== undefined ? { ...owner, tid } : owner,
  );
}
