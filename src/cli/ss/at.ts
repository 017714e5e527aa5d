import { statSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { counted } from '../../model/counted.js';
import { localTime } from '../../model/time-text.js';
import { gapsBetween } from '../../query/gaps.js';
import { type SocketAt, socketsAt } from '../../query/point-in-time.js';
import { openForReading } from '../../store/database.js';
import { shownSocket } from '../../view/ss/recorded-socket.js';
import type { ShownSocket } from '../../view/ss/shown-socket.js';
import { DEFAULT_DATABASE } from '../command.js';
import { filterOf } from '../history/filter.js';
import { recordedMoment, spanOf } from '../history/history-window.js';
import { notePruned } from '../history/pruned-note.js';
import { netnsPathOf } from '../host/netns-path.js';
import type { SsFlags } from './flags.js';
import type { Listing } from './output.js';
import { filterWords, statesOfFlags } from './selection.js';

/** The sockets as they stood at a time. Says on stderr which moment that is, and whether the record is whole around it. */
export async function socketsAtTime(flags: SsFlags, at: string): Promise<Listing> {
  const file = flags.db ?? DEFAULT_DATABASE;
  const database = openForReading(file);
  try {
    const us = recordedMoment('--at', at, spanOf(database, file), file);
    notePruned(database, us);
    const filter = await filterOf(database, filterWords(flags), flags.family, { fromUs: us, toUs: us });
    const states = filter?.states ?? statesOfFlags(flags);
    const netns = netnsOf(flags);
    const sockets = socketsAt(database, us, {
      states,
      details: true,
      ...(filter === undefined ? {} : { condition: filter.condition }),
    }).filter(({ connection }) => netns === undefined || connection.netns === netns);
    const gaps = gapsBetween(database, us - 60_000_000, us).filter((gap) => gap.toUs >= us && gap.reason !== 'clock');
    const loss = gaps.length === 0 ? '' : '; the record has a gap here';
    process.stderr.write(`sstory: as of ${localTime(us)}, ${counted(sockets.length, 'socket')}${loss}\n`);
    const cgroups = new Map(database.prepare('SELECT id, path FROM cgroup').raw().all() as [number, string][]);
    const shown = sockets.map((socket) => shownSocket(socket, cgroups, gaps.length > 0));
    return {
      sockets: shown,
      oneState: filter?.states !== undefined && filter.states.size === 1,
      interfaceName: () => undefined,
      hostName: flags.resolve ? await hostNamesThen(database, us, sockets, shown) : () => undefined,
    };
  } finally {
    database.close();
  }
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

/** The namespace of -N, which must still be there to have a number; undefined: all that were recorded. */
function netnsOf(flags: SsFlags): number | undefined {
  const path = netnsPathOf(flags);
  return path === undefined ? undefined : statSync(path).ino;
}
