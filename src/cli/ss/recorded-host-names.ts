/** Host names for `ss -r --at`: those that stood for the addresses then, in the namespace of each socket. */
import type Database from 'better-sqlite3';
import { localTime } from '../../model/time-text.js';
import { type NameAt, NameHistory } from '../../query/name-history.js';
import type { SocketAt } from '../../query/point-in-time.js';
import type { Names } from '../../view/ss/address-text.js';
import type { KnownRow } from '../../view/ss/shown-socket.js';
import { noteMissedNames } from '../history/missed-names.js';

/** Lines on stderr about addresses whose name had gone to others. */
const MOST_NOTES = 5;

/**
 * The name of each end: what was current, or had expired without another answer since. An address that its name no longer stood
 * for stays a number, and stderr says so. Nothing is asked of any resolver: it would answer for now.
 */
export function namesThen(
  database: Database.Database,
  us: number,
  sockets: readonly { readonly socket: SocketAt; readonly row: KnownRow }[],
): Names['host'] {
  const history = new NameHistory(database);
  const found = new Map<string, NameAt | undefined>();
  const netnsOf = new Map<KnownRow, number>();
  for (const { socket, row } of sockets) {
    const { netns } = socket.connection;
    netnsOf.set(row, netns);
    for (const address of [row.tuple.localAddr, row.tuple.remoteAddr]) {
      const key = `${netns} ${address}`;
      if (!found.has(key)) found.set(key, history.nameAt(address, us, netns));
    }
  }
  noteMissedNames(database, { fromUs: us, toUs: us });
  noteExpired([...found.values()].filter((name) => name?.status === 'expired').length);
  const moved = new Set([...found.values()].filter((name) => name?.status === 'ended'));
  for (const name of [...moved].slice(0, MOST_NOTES)) if (name !== undefined) noteMoved(name);
  return (address, row) => {
    const name = found.get(`${netnsOf.get(row)} ${address}`);
    return name === undefined || name.status === 'ended' ? undefined : name.name;
  };
}

function noteExpired(count: number): void {
  if (count > 0)
    process.stderr.write(
      `sstory: ${count} ${count === 1 ? 'name is' : 'names are'} by answers whose TTL was over then\n`,
    );
}

function noteMoved({ name, address, toUs }: NameAt): void {
  process.stderr.write(`sstory: ${address} was ${name} until ${localTime(toUs ?? 0)}, and no more then\n`);
}
