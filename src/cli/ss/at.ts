import type Database from 'better-sqlite3';
import { parseFilter } from '../../filter/parse.js';
import { counted } from '../../model/counted.js';
import type { NetnsPeriod } from '../../model/namespace.js';
import type { SocketCounters } from '../../model/sockstat.js';
import { shownState, type TcpState } from '../../model/tcp-state.js';
import { localTime } from '../../model/time-text.js';
import { countersAt } from '../../query/host-at.js';
import { Places } from '../../query/places.js';
import type { SocketAt } from '../../query/point-in-time.js';
import { netnsAt } from '../../request/chosen-netns.js';
import { pastTable } from '../../request/past-sockets.js';
import { recordedMoment, spanOf } from '../../request/recorded-window.js';
import { noteBeforeSnapshot, noteClockSetBack, notePruned } from '../../request/window-notes.js';
import { openForReading } from '../../store/database.js';
import { closing } from '../closing.js';
import { DEFAULT_DATABASE, SYSTEM_DATABASE } from '../default-database.js';
import { filterOf, netnsOf } from '../history/filter.js';
import { say } from '../output/say.js';
import type { SsFlags } from './flags.js';
import type { Listing } from './output.js';
import { boundAsked, filterWords, statesAsked } from './selection.js';
import { recordedSummaryText } from './summary.js';

interface PastListing extends Listing {
  /** What the kernel counted of the sockets of their namespace; undefined: not recorded. */
  readonly counters: SocketCounters | undefined;
}

/** The sockets as they were at a time. A note on stderr reports that time, and whether the record has a gap there. */
export async function socketsAtTime(flags: SsFlags, at: string): Promise<PastListing> {
  const file = flags.db ?? DEFAULT_DATABASE;
  if (flags.db === undefined && file === SYSTEM_DATABASE) say(`using ${file}`);
  const database = openForReading(file);
  using _database = closing(database);
  const us = recordedMoment('--at', at, spanOf(database, file), file, say);
  notePruned(database, us, say);
  const places = new Places(database);
  // Once: they may be on stdin.
  const words = filterWords(flags);
  const parsed = parseFilter(words, flags.family);
  const chosen = netnsAt(database, places.namespaces, us, flags.netns, parsed, say);
  const moment = { fromUs: us, toUs: us };
  // As for ss, which cannot enter it.
  const netns = await netnsOf(database, { netns: chosen.netns, window: moment, exitWithoutNetns: 1 });
  const filter = await filterOf(database, words, { family: flags.family, window: moment, during: moment, netns });
  const states = statesAsked(flags, parsed);
  const bound = boundAsked(flags, parsed);
  const facts = flags.format !== 'text' || flags.columns !== undefined ? 'all' : flags;
  const {
    sockets,
    shown: listed,
    inGap,
  } = pastTable(database, places, us, {
    ...{ filter, states, bound, facts },
    threads: flags.threads,
  });
  const loss = inGap ? '; the record has a gap here' : '';
  say(`as of ${localTime(us)}, ${counted(listed.length, 'socket')}${chosen.words}${loss}`);
  noteBeforeSnapshot(database, us, netns, say);
  noteClockSetBack(database, moment, say);
  const devices = new Map(listed.map(({ row, device }) => [row, device]));
  return {
    sockets: listed,
    oneState: isOneState(bound ? [...states, 'UNCONN'] : states),
    interfaceName: (_, row) => devices.get(row),
    showNetns: chosen.several,
    counters: flags.summary ? countersThen(database, us, sockets, netns) : undefined,
    hostName: flags.resolve
      ? (await import('./recorded-host-names.js')).namesThen(database, us, listed)
      : () => undefined,
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
    const noFilter = parseFilter([], undefined);
    if (filter.length > 0 || filterFile !== undefined || family !== undefined || boundAsked(flags, noFilter))
      return socketsAtTime(flags, at);
    const states = statesAsked(flags, noFilter);
    return {
      ...all,
      sockets: Array.from(all.sockets).filter(({ row }) => states.has(row.state)),
      oneState: isOneState(states),
    };
  };
  return {
    summary: recordedSummaryText(
      // The kernel does not count what is bound and nothing more.
      Array.from(all.sockets, ({ row }) => row).filter(({ state }) => state !== 'UNCONN'),
      all.counters,
    ),
    listing,
  };
}

/** Of the one namespace that they are in, or that was chosen where there are none. */
function countersThen(
  database: Database.Database,
  us: number,
  sockets: readonly SocketAt[],
  periods: readonly NetnsPeriod[] = [],
): SocketCounters | undefined {
  const isThen = ({ fromUs = 0, toUs = Number.MAX_SAFE_INTEGER }: NetnsPeriod) => fromUs <= us && us <= toUs;
  const netns = new Set(sockets.map(({ connection }) => connection.netns));
  if (netns.size === 0) for (const period of periods.filter(isThen)) netns.add(period.netns);
  const [only] = netns;
  return netns.size === 1 && only !== undefined ? countersAt(database, only, us) : undefined;
}

function isOneState(states: Iterable<TcpState>): boolean {
  return new Set([...states].map(shownState)).size === 1;
}
