/** Host names for `ss -r --at`: those that resolved to the addresses at that time, in the namespace of each socket. */
import type Database from 'better-sqlite3';
import { localTime } from '../../model/time-text.js';
import { type NameAt, NameHistory } from '../../query/name-history.js';
import { noteMissedNames } from '../../request/window-notes.js';
import type { Names } from '../../view/ss/address-text.js';
import type { KnownRow, ShownSocket } from '../../view/ss/shown-socket.js';
import { say } from '../output/say.js';

/** Notes on stderr about names that had moved to other addresses. */
const MOST_NOTES = 5;

/**
 * The name of each end: the current one, or one whose TTL had expired without a newer answer. An address whose name had moved
 * stays a number, and a note reports it. No resolver is asked: it would answer with the names of today.
 */
export function namesThen(database: Database.Database, us: number, sockets: readonly ShownSocket[]): Names['host'] {
  const history = new NameHistory(database);
  const found = new Map<string, NameAt | undefined>();
  const netnsOf = new Map<KnownRow, number>();
  for (const { row, netns = 0 } of sockets) {
    netnsOf.set(row, netns);
    for (const address of [row.tuple.localAddr, row.tuple.remoteAddr]) {
      const key = `${netns} ${address}`;
      if (!found.has(key)) found.set(key, history.nameAt(address, us, netns));
    }
  }
  noteMissedNames(database, { fromUs: us, toUs: us }, say);
  noteExpired([...found.values()].filter((name) => name?.status === 'expired').length);
  const moved = new Set([...found.values()].filter((name) => name?.status === 'ended'));
  for (const name of [...moved].slice(0, MOST_NOTES)) if (name !== undefined) noteMoved(name);
  return (address, row) => {
    const name = found.get(`${netnsOf.get(row)} ${address}`);
    return name === undefined || name.status === 'ended' ? undefined : name.name;
  };
}

export function noteExpired(count: number): void {
  if (count === 0) return;
  const names = count === 1 ? '1 name comes from a DNS answer' : `${count} names come from DNS answers`;
  say(`${names} whose TTL had already expired`);
}

function noteMoved({ name, address, toUs }: NameAt): void {
  say(`${name} resolved to ${address} only until ${localTime(toUs ?? 0)}`);
}
