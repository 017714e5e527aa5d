import type Database from 'better-sqlite3';
import { counted } from '../../model/counted.js';
import { mayLackTransitions } from '../../model/gap.js';
import { withoutThreadCopies } from '../../model/owner.js';
import { localTime } from '../../model/time-text.js';
import { gapsTouching } from '../../query/gaps.js';
import { Places } from '../../query/places.js';
import type { OwnerAt, SocketAt } from '../../query/point-in-time.js';
import { socketsAt } from '../../query/point-in-time.js';
import { openForReading } from '../../store/database.js';
import { shownSocket } from '../../view/ss/recorded-socket.js';
import type { ShownSocket } from '../../view/ss/shown-socket.js';
import { closing } from '../closing.js';
import { DEFAULT_DATABASE } from '../command.js';
import { filterOf } from '../history/filter.js';
import { recordedMoment, spanOf } from '../history/history-window.js';
import { notePruned } from '../history/window-notes.js';
import { say } from '../output/say.js';
import { netnsAt } from './at-netns.js';
import type { SsFlags } from './flags.js';
import type { Listing } from './output.js';
import { filterWords, statesOfFlags } from './selection.js';

/** The sockets as they were at a time. A note on stderr reports that time, and whether the record has a gap there. */
export async function socketsAtTime(flags: SsFlags, at: string): Promise<Listing> {
  const file = flags.db ?? DEFAULT_DATABASE;
  const database = openForReading(file);
  using _database = closing(database);
  const us = recordedMoment('--at', at, spanOf(database, file), file);
  notePruned(database, us);
  const places = new Places(database);
  const chosen = netnsAt(database, places.namespaces, us, flags);
  const moment = { fromUs: us, toUs: us };
  const filter = await filterOf(database, filterWords(flags), {
    family: flags.family,
    window: moment,
    during: moment,
    netns: chosen.netns,
  });
  const states = filter?.states ?? statesOfFlags(flags);
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
  return {
    sockets: shown,
    oneState: filter?.states !== undefined && filter.states.size === 1,
    interfaceName: () => undefined,
    showNetns: chosen.several,
    hostName: flags.resolve ? await hostNamesThen(database, us, sockets, shown) : () => undefined,
  };
}

async function hostNamesThen(
  database: Database.Database,
  us: number,
  sockets: readonly SocketAt[],
  shown: readonly ShownSocket[],
): Promise<NonNullable<Listing['hostName']>> {
  const { namesThen } = await import('./recorded-host-names.js');
  const rows = shown.map(({ row }) => row);
  return namesThen(
    database,
    us,
    sockets.flatMap((socket, index) => (rows[index] ? [{ socket, row: rows[index] }] : [])),
  );
}

/** The thread that opened it is recorded; those that shared its descriptors are not. */
function withOpenersThread({ connection, owners }: SocketAt): readonly OwnerAt[] {
  const { pid, tid, fd = -1 } = connection;
  return owners.map((owner) =>
    owner.tid === undefined && owner.pid === pid && owner.fd === fd && tid !== undefined ? { ...owner, tid } : owner,
  );
}
