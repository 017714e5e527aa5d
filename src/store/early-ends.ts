import type Database from 'better-sqlite3';
import type { Connection } from '../model/connection.js';
import { memberBitsSql, placeBit, slotOf, stretchOf } from './lives-layout.js';
import { writtenClass } from './socket-columns.js';

/** A row is written once no end of a member has come for so long, microseconds. */
const QUIET_US = 1_000_000;
/** Of a row that has other members it is tried again only when so many more have ended. */
const FEWEST = 4;
/** After so long the others have ended by their timers, microseconds. */
const LONGEST_US = 70_000_000;

/** A row of `closed_life`, and which of its members have ended early. */
interface Shortened {
  readonly lifeClass: number;
  readonly slot: number;
  /** Their bits, as a signed number. */
  members: number;
  /** The last end. */
  toUs: number;
  /** Since it was tried last. */
  count: number;
  lastUs: number;
}

/**
 * TIME-WAITs whose four-tuple was used again before their timer was due. Their rows in `closed_life` were made with the ends that were
 * foreseen: a question about a moment would read all of the last minute's. Once all members of a row have ended early, its `to_us` becomes
 * the last of these ends. After a kill some rows stay as they were: they take time, and give the same answers.
 */
export class EarlyEnds {
  private readonly update: Database.Statement;
  /** By stretch, in the order of their last ends. */
  private readonly waiting = new Map<number, Shortened>();
  /** Those that had other members when it was tried. */
  private readonly incomplete = new Map<number, Shortened>();

  constructor(database: Database.Database) {
    this.update = database.prepare(
      `UPDATE closed_life SET to_us = @toUs
       WHERE class = @lifeClass AND slot = @slot AND stretch = @stretch AND ${memberBitsSql('members')} = @members`,
    );
  }

  /** To be called in the transaction that wrote these ends, at a wall time. */
  follow(ended: readonly Connection[], nowUs: number): void {
    for (const connection of ended) this.add(connection, nowUs);
    for (const [stretch, row] of this.waiting) {
      if (isWithin(nowUs - row.lastUs, QUIET_US)) break;
      this.waiting.delete(stretch);
      if (!this.shorten(stretch, row)) this.incomplete.set(stretch, row);
    }
    for (const [stretch, row] of this.incomplete) {
      if (isWithin(nowUs - row.lastUs, LONGEST_US)) break;
      this.incomplete.delete(stretch);
    }
  }

  private add(connection: Connection, nowUs: number): void {
    const { id, openedUs, closedUs = 0 } = connection;
    const stretch = stretchOf(id);
    const row = this.rowOf(stretch, writtenClass(connection), slotOf(openedUs), nowUs);
    // Written once more, where the first transaction has failed: as before.
    row.members |= placeBit(id);
    row.toUs = Math.max(row.toUs, closedUs);
    row.count++;
  }

  /** The row, as the last of those that wait. */
  private rowOf(stretch: number, lifeClass: number, slot: number, nowUs: number): Shortened {
    const known = this.waiting.get(stretch) ?? this.incomplete.get(stretch);
    const isIt = known !== undefined && known.slot === slot && known.lifeClass === lifeClass;
    if (isIt && known.lastUs === nowUs) return known;
    this.waiting.delete(stretch);
    this.incomplete.delete(stretch);
    if (known !== undefined && !isIt) this.shorten(stretch, known);
    const row = isIt ? known : { lifeClass, slot, members: 0, toUs: Number.NEGATIVE_INFINITY, count: 0, lastUs: nowUs };
    row.lastUs = nowUs;
    this.waiting.set(stretch, row);
    return row;
  }

  /** Whether all members have ended. */
  private shorten(stretch: number, row: Shortened): boolean {
    if (row.count < FEWEST) return false;
    row.count = 0;
    const { lifeClass, slot, toUs, members } = row;
    return this.update.run({ stretch, lifeClass, slot, toUs, members: members >>> 0 }).changes > 0;
  }
}

/** False where the clock was set back meanwhile. */
function isWithin(elapsedUs: number, longestUs: number): boolean {
  return elapsedUs >= 0 && elapsedUs < longestUs;
}
