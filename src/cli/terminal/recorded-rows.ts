import type Database from 'better-sqlite3';
import type { Place } from '../../model/place.js';
import { withDetails } from '../../query/point-in-time.js';
import { type ReplayTable, rowAt, type TableRow } from '../../query/replay/replay-table.js';
import type { ScreenRow } from '../../view/socket-screen.js';
import { shownSocket } from '../../view/ss/recorded-socket.js';

/** Ages are rounded down: a number that changes twenty times a second cannot be read. */
const AGE_STEP_US = 100_000;
const NOWHERE: Place = { netnsName: undefined, cgroup: undefined };

/** These rows of the table at a time, with queues, timers and owners as far as they are recorded. */
export function recordedRows(
  database: Database.Database,
  table: ReplayTable,
  rows: readonly TableRow[],
  atUs: number,
  inGap: boolean,
): ScreenRow[] {
  const sockets = rows.flatMap((row) => rowAt(row, atUs) ?? []);
  return withDetails(database, atUs, sockets).map((socket, index) => {
    const row = rows[index];
    const ageUs = Math.max(0, socket.ageUs);
    const stepped = ageUs < AGE_STEP_US ? ageUs : ageUs - (ageUs % AGE_STEP_US);
    return {
      socket: shownSocket({ ...socket, ageUs: stepped }, NOWHERE, inGap),
      mark: row === undefined ? undefined : table.markOf(row),
    };
  });
}
