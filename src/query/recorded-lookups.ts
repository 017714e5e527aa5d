/** Resolves the names in a filter as they were at that time: by recorded names first, else by this host's resolver. */

import type Database from 'better-sqlite3';
import { cgroupPathOf } from '../model/cgroup.js';
import type { Interval } from '../model/interval.js';
import { canonicalName, type NameRecord } from '../model/name.js';
import type { NameLookups } from '../model/name-lookups.js';
import { inodeOfText, type NetnsPeriod } from '../model/namespace.js';
import { localTime } from '../model/time-text.js';
import { NameHistory } from './name-history.js';
import { NamespaceHistory } from './namespace-history.js';

/** Records that a note lists. */
const MOST_LISTED = 4;

/**
 * Lookups for a window, for an instant where it begins and ends at the same time, or for the whole history where it is undefined.
 * @param system resolves names that are not recorded
 * @param note receives, as a line of text, which addresses a host name was resolved to
 */
export function recordedLookups(
  database: Database.Database,
  window: Interval | undefined,
  system: NameLookups,
  note: (text: string) => void,
): NameLookups {
  const history = new NameHistory(database);
  let known: NamespaceHistory | undefined;
  const namespaces = () => {
    known ??= new NamespaceHistory(database);
    return known;
  };
  return {
    ...system,
    addresses: async (host, family) => {
      const records = recordsOf(history, host, window).filter(
        ({ address }) => family === undefined || (family === 6) === address.includes(':'),
      );
      if (records.length > 0) {
        note(`resolved ${host} to ${recordsText(records)} from recorded names`);
        return [...new Set(records.map(({ address }) => address))];
      }
      const found = await system.addresses(host, family);
      if (found !== undefined && found.length > 0)
        note(`no addresses of ${host} were recorded at that time: using its present ones`);
      return found;
    },
    interfaceIndex: (name) => recordedInterface(database, name) ?? system.interfaceIndex(name),
    cgroupPath: (text) => recordedPath(database, cgroupPathOf(text)) ?? system.cgroupPath(text),
    netns: (name) => recordedNetns(namespaces(), name, window) ?? currentNetns(namespaces(), name, system, note),
    netnsNames: () => [...new Set([...namespaces().names(), ...system.netnsNames()])].sort(),
  };
}

/** Its index, if a recorded socket was bound to an interface of that name. */
function recordedInterface(database: Database.Database, name: string): number | undefined {
  const found = database.prepare('SELECT if_index FROM settings WHERE device = ? LIMIT 1').pluck();
  return found.get(name) as number | undefined;
}

/** The path, if that cgroup or one below it is recorded. */
function recordedPath(database: Database.Database, path: string): string | undefined {
  const found = database.prepare("SELECT 1 FROM cgroup WHERE instr(path || '/', @start) = 1 LIMIT 1");
  return found.get({ start: path === '/' ? path : `${path}/` }) === undefined ? undefined : path;
}

/** Those that had the name in the window; an inode number stands for itself. Undefined: no recorded one ever had the name. */
function recordedNetns(
  history: NamespaceHistory,
  name: string,
  window: Interval | undefined,
): readonly NetnsPeriod[] | undefined {
  const named = history.named(name);
  const inode = inodeOfText(name);
  if (named.length === 0)
    return inode === undefined ? undefined : [{ netns: inode, fromUs: undefined, toUs: undefined }];
  if (window === undefined) return named;
  return named.filter(
    ({ fromUs = -1, toUs = Number.MAX_SAFE_INTEGER }) => fromUs < window.toUs && toUs >= window.fromUs,
  );
}

async function currentNetns(
  history: NamespaceHistory,
  name: string,
  system: NameLookups,
  note: (text: string) => void,
): Promise<readonly NetnsPeriod[] | undefined> {
  const found = await system.netns(name);
  if (found !== undefined && !name.includes('/'))
    note(`no network namespace named ${name} was recorded: using the one that has the name now`);
  return found?.flatMap((period) => {
    const recorded = history.identityAt(period.netns, Number.MAX_SAFE_INTEGER);
    if (recorded.length === 0) return [period];
    // Else it is a later one with that inode number.
    return recorded.at(-1)?.toUs === undefined ? recorded : [];
  });
}

function recordsOf(history: NameHistory, host: string, window: Interval | undefined): readonly NameRecord[] {
  const name = canonicalName(host);
  if (name === undefined) return [];
  if (window === undefined) return [...history.between({ fromUs: 0, toUs: Number.MAX_SAFE_INTEGER }, { name })];
  return window.fromUs === window.toUs
    ? history.addressesOf(name, window.fromUs)
    : history.addressesBetween(name, window);
}

/** `192.0.2.1 (until 2026-11-21 02:13:33.123456), 192.0.2.9`: each address once, with the end of its last record if it was seen to end. */
function recordsText(records: readonly NameRecord[]): string {
  const last = new Map<string, NameRecord>();
  for (const record of records) {
    const known = last.get(record.address);
    if (known === undefined || endOf(known) <= endOf(record)) last.set(record.address, record);
  }
  const texts = [...last.values()].map((record) =>
    record.ended === undefined ? record.address : `${record.address} (until ${localTime(endOf(record))})`,
  );
  const more = texts.length > MOST_LISTED ? ` and ${texts.length - MOST_LISTED} more` : '';
  return texts.slice(0, MOST_LISTED).join(', ') + more;
}

function endOf({ toUs }: NameRecord): number {
  return toUs ?? Number.MAX_SAFE_INTEGER;
}
