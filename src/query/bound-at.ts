/** Sockets that were bound and nothing more at an instant. */
import type Database from 'better-sqlite3';
import type { BoundRecord } from '../model/bound.js';
import { damaged } from '../model/error.js';
import type { Owner } from '../model/owner.js';
import type { SampleRow } from '../model/sample.js';
import { sampleOfText } from '../model/sample-text.js';
import { plainRows } from '../store/history-tables.js';

export interface BoundAt {
  readonly record: BoundRecord;
  readonly owners: readonly Owner[];
  readonly sample: SampleRow;
  /** The last snapshot up to the instant that is known to have found it; the instant itself where a later one found the same. */
  readonly heldUs: number;
  /** The first snapshot after `heldUs` did not find it. */
  readonly uncertain: boolean;
}

/** @throws SstoryError `damaged` */
export function boundAt(database: Database.Database, atUs: number): BoundAt[] {
  // A dump without TIME-WAITs does not have them either.
  const snapshotBefore = database
    .prepare<[number, number], number | null>(
      'SELECT max(at_us) FROM snapshots WHERE netns = ? AND at_us < ? AND complete = 1',
    )
    .pluck();
  const replaced = database
    .prepare<[number, number, number], number>('SELECT 1 FROM bound WHERE netns = ? AND cookie = ? AND from_us = ?')
    .pluck();
  const rows = ['v.to_us IS NULL', 'v.to_us > @atUs'].flatMap((end) => [
    ...plainRows(database, 'bound', `${end} AND v.from_us <= @atUs`, { atUs }),
  ]);
  return rows.map((record) => {
    const { netns, cookie, fromUs, toUs } = record;
    const seenUs = Math.max(fromUs, snapshotBefore.get(netns, toUs ?? Number.MAX_SAFE_INTEGER) ?? 0);
    const heldUs = Math.min(atUs, seenUs);
    return {
      record,
      ...readDetails(record),
      heldUs,
      uncertain: heldUs < atUs && toUs !== undefined && replaced.get(netns, cookie, toUs) === undefined,
    };
  });
}

function readDetails(record: BoundRecord): Pick<BoundAt, 'owners' | 'sample'> {
  try {
    return detailsOfBound(record);
  } catch (cause) {
    throw damaged(`the bound socket with the cookie ${record.cookie}`, cause);
  }
}

/** @throws Error where they are damaged */
export function detailsOfBound({ holders, details, fromUs }: BoundRecord): Pick<BoundAt, 'owners' | 'sample'> {
  const owners: unknown = JSON.parse(holders);
  if (!Array.isArray(owners)) throw new Error('its holders are no list');
  return { owners, sample: sampleOfText(details, fromUs) };
}
