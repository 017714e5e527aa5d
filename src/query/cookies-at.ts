/** Cookies that are not in the rows of their connections (src/model/cookies.ts). */
import type Database from 'better-sqlite3';
import { cookiesOf } from '../model/cookies.js';
import { damaged } from '../model/error.js';
import { plainRows } from '../store/history-tables.js';
import type { SocketAt } from './point-in-time.js';

/** A timewait socket was shown by a dump within so long of any time of its life, microseconds. */
const LIFE_US = 75_000_000;

/** The cookies of these sockets, by connection, whenever they were first seen. @throws SstoryError `damaged` */
export function cookiesAt(database: Database.Database, sockets: readonly SocketAt[]): ReadonlyMap<number, number> {
  const wanted = new Set<number>();
  const netns = new Set<number>();
  let [fromUs, toUs] = [Number.POSITIVE_INFINITY, 0];
  for (const { connection, since, ageUs } of sockets) {
    if (connection.cookie !== undefined) continue;
    wanted.add(connection.id);
    netns.add(connection.netns);
    fromUs = Math.min(fromUs, since.atUs);
    toUs = Math.max(toUs, since.atUs + ageUs + LIFE_US);
  }
  const found = new Map<number, number>();
  if (wanted.size === 0) return found;
  const params = { netns: JSON.stringify([...netns]), fromUs: Math.max(0, fromUs - LIFE_US), toUs };
  const where = 'v.netns IN (SELECT value FROM json_each(@netns)) AND v.at_us BETWEEN @fromUs AND @toUs';
  for (const row of plainRows(database, 'cookies', where, params)) {
    try {
      for (const [cookie, id] of cookiesOf(row)) if (wanted.has(id)) found.set(id, cookie);
    } catch (cause) {
      throw damaged(`the cookies of the snapshot at ${row.atUs}`, cause);
    }
  }
  return found;
}
