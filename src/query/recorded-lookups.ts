/** Resolves the names in a filter as they were at that time: by recorded names first, else by this host's resolver. */

import type Database from 'better-sqlite3';
import type { Interval } from '../model/interval.js';
import { canonicalName, type NameRecord } from '../model/name.js';
import type { NameLookups } from '../model/name-lookups.js';
import { localTime } from '../model/time-text.js';
import { NameHistory } from './name-history.js';

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
  };
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
