/** Rows that were written with an end before its time: that of a TIME-WAIT, by its timer. They show it when the last run has reached it. */
import type Database from 'better-sqlite3';
import { codeOfSource, FORESEEN } from '../model/stored-codes.js';
import type { Value } from './bulk-insert.js';
import { ClosedIndex, IN_TAIL } from './closed-index.js';
import { CLOSING_COLUMNS, Closings, type ClosingValues, closingOf } from './closings.js';
import { LAST_CLASS, longestLifeUs, OPEN_CLASS } from './life-class.js';
import { CLOSED_SOCKETS, slotOf } from './lives-layout.js';
import {
  CONNECTION_COLUMNS,
  connectionOfValues,
  ENDING_COLUMNS,
  putEnding,
  REACHED_US,
  type SocketValues,
  updateOf,
} from './socket-columns.js';

/** How long before the last moment of a killed run an end can have been reached without being reported, at most, microseconds. */
const UNREPORTED_US = 1_000_000;

/**
 * Before a new run: what the last run left in TIME-WAIT, with an end that it did not reach, is open again. Where a snapshot does
 * not find it, it ended at a time that only has bounds.
 */
export function reopenUnreached(database: Database.Database): void {
  database.transaction(() => {
    const lastUs = lastReachedUs(database);
    if (lastUs === undefined) return;
    numberReached(database, lastUs);
    const ids = foreseenIds(database, lastUs);
    if (ids.length === 0) return;
    new ClosedIndex(database).remove(JSON.stringify(ids));
    const select = database.prepare(`SELECT ${CONNECTION_COLUMNS} FROM socket WHERE id = ?`).raw();
    const update = database.prepare(updateOf(ENDING_COLUMNS));
    const values: Value[] = [];
    for (const id of ids) {
      putEnding(values, 0, connectionOfValues(select.get(id) as SocketValues));
      update.run(...values, id);
    }
  })();
}

/**
 * The ends that a run had reached but not reported when it was killed: they get their numbers now. A clock that is slewed can leave some
 * of its last moment, so those of the last second are compared with what was reported.
 */
function numberReached(database: Database.Database, lastUs: number): void {
  const ids = foreseenIds(database, lastUs - UNREPORTED_US);
  if (ids.length === 0) return;
  const ended = database
    .prepare(`SELECT id FROM socket WHERE id IN (SELECT value FROM json_each(?)) AND closed_us <= ?`)
    .pluck()
    .all(JSON.stringify(ids), lastUs) as number[];
  const numbered = new Set<number>();
  const latest = database.prepare(`SELECT ${CLOSING_COLUMNS} FROM closings ORDER BY seq DESC`).raw();
  for (const row of latest.iterate() as IterableIterator<ClosingValues>) {
    const closing = closingOf(row);
    if (closing.throughUs < lastUs - 2 * UNREPORTED_US) break;
    for (const id of closing.ids) numbered.add(id);
  }
  new Closings(database).add(
    ended.filter((id) => !numbered.has(id)),
    { atUs: lastUs, throughUs: lastUs },
  );
}

/** When the wall clock is stepped back to `toUs`: what had ended by then has ended, also where the clock comes to that time again. */
export function settleReached(database: Database.Database, toUs: number): void {
  const lastUs = lastReachedUs(database);
  if (lastUs === undefined) return;
  const settle = database.prepare(
    `UPDATE socket SET closed_source = ${codeOfSource('timer')} WHERE id = ? AND closed_us <= ?`,
  );
  for (const id of foreseenIds(database, toUs)) settle.run(id, lastUs);
}

function lastReachedUs(database: Database.Database): number | undefined {
  return (database.prepare(`SELECT ${REACHED_US}`).pluck().get() as number | null) ?? undefined;
}

/** The connections that were written with an end after `afterUs`. */
function foreseenIds(database: Database.Database, afterUs: number): number[] {
  const isForeseen = `closed_source = ${FORESEEN}`;
  const inTail = database.prepare(`SELECT id FROM socket WHERE ${IN_TAIL} AND closed_us > ? AND ${isForeseen}`).pluck();
  const covered = database
    .prepare(
      `SELECT id FROM ${CLOSED_SOCKETS}
       WHERE class = @each AND slot >= @slot AND to_us > @afterUs AND closed_us > @afterUs AND ${isForeseen}`,
    )
    .pluck();
  const ids = inTail.all(afterUs) as number[];
  // One by one: there can be more of them than a call can have arguments.
  for (let each = OPEN_CLASS + 1; each <= LAST_CLASS; each++)
    for (const id of covered.iterate({ each, slot: slotOf(afterUs - longestLifeUs(each)), afterUs }))
      ids.push(Number(id));
  return ids;
}
