/** Facts of timewait sockets that are not in the rows of their connections (src/model/timewaits.ts). */
import type Database from 'better-sqlite3';
import { damaged } from '../model/error.js';
import type { SampleRow } from '../model/sample.js';
import { numbersOf, type TimewaitAt } from '../model/timewaits.js';
import { plainRows } from '../store/history-tables.js';
import type { SocketAt } from './point-in-time.js';

/** A dump showed a timewait socket within so long of any time of its life, microseconds. */
const LIFE_US = 75_000_000;

/** By connection, whenever it was first seen; of a timer that was restarted since, what was known then. @throws SstoryError `damaged` */
export function timewaitsAt(
  database: Database.Database,
  sockets: readonly SocketAt[],
  atUs: number,
): ReadonlyMap<number, TimewaitAt> {
  const wanted = new Set<number>();
  const netns = new Set<number>();
  let [fromUs, toUs] = [Number.POSITIVE_INFINITY, 0];
  for (const { connection, since, ageUs, state } of sockets) {
    if (state !== 'TIME-WAIT' && state !== 'FIN-WAIT-2') continue;
    wanted.add(connection.id);
    netns.add(connection.netns);
    fromUs = Math.min(fromUs, since.atUs);
    toUs = Math.max(toUs, since.atUs + ageUs + LIFE_US);
  }
  const found = new Map<number, TimewaitAt>();
  const sampled = new Set<number>();
  if (wanted.size === 0) return found;
  const params = { netns: JSON.stringify([...netns]), fromUs: Math.max(0, fromUs - LIFE_US), toUs };
  const where =
    'v.netns IN (SELECT value FROM json_each(@netns)) AND v.at_us BETWEEN @fromUs AND @toUs ORDER BY v.at_us';
  for (const row of plainRows(database, 'timewaits', where, params)) {
    try {
      for (const [number, id] of numbersOf(row)) {
        if (!wanted.has(id)) continue;
        const known = found.get(id) ?? {};
        if (row.fact === 'sample') sampled.add(id);
        else if (row.fact === 'cookie') found.set(id, { ...known, cookie: number });
        else if (known.dueUs === undefined || row.atUs <= atUs) found.set(id, { ...known, dueUs: number * 1_000 });
      }
    } catch (cause) {
      throw damaged(`what the snapshot at ${row.atUs} showed of timewait sockets`, cause);
    }
  }
  if (sampled.size > 0) addSamples(database, found, sampled);
  return found;
}

function addSamples(database: Database.Database, found: Map<number, TimewaitAt>, ids: ReadonlySet<number>): void {
  // `= +?`: see name-history.ts.
  const first = database.prepare<[number], SampleRow>(
    'SELECT * FROM whole_sample WHERE connection_id = +? ORDER BY at_us LIMIT 1',
  );
  for (const id of ids) found.set(id, { ...found.get(id), sample: first.get(id) });
}
