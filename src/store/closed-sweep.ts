import type Database from 'better-sqlite3';
import { IN_TAIL } from './closed-index.js';
import { FORESEEN_LONGER_US, LAST_CLASS, longestLifeUs, OPEN_CLASS } from './life-class.js';
import { CLOSED_SOCKETS, idsOfMembers, slotBeginsUs, slotOf } from './lives-layout.js';

/** A row of `closed_life`, as the sweep reads it. */
interface LivesRow {
  readonly slot: number;
  readonly stretch: number;
  readonly members: number;
  readonly to_us: number;
}

/** Connections to delete, and how many rows were read to find them. */
interface Swept {
  readonly due: readonly number[];
  readonly seen: number;
}

/** A lower bound of the lifetimes in a class, but for such TIME-WAITs, microseconds. */
function shortestLifeUs(lifeClass: number): number {
  return lifeClass <= 1 ? 0 : longestLifeUs(lifeClass - 1);
}

/** The same for all. */
function leastLifeUs(lifeClass: number): number {
  return Math.max(0, shortestLifeUs(lifeClass) - FORESEEN_LONGER_US);
}

/**
 * Finds connections that closed at or before a time, by the table `closed_life`: an index over closing times would slow down
 * every insert. In a class, a connection opened more than the longest life before that time is
 * certainly closed; one opened more than the shortest life before it has to be read. The latter are read again only when
 * the time has advanced by a quarter of that shortest life, so no row is read more than a dozen times: while recording, a
 * connection is found late by at most a quarter of its own lifetime, and by as much as its TIME-WAIT ended before its timer.
 */
export class ClosedSweep {
  private readonly lookedThroughUs = new Array<number>(LAST_CLASS + 1).fill(Number.NEGATIVE_INFINITY);
  private readonly page: Database.Statement;
  /** The members of one row that are due. */
  private readonly exact: Database.Statement;
  private readonly earliest: Database.Statement;
  private readonly tail: Database.Statement;
  private readonly earliestInTail: Database.Statement;
  private tailDone = true;
  private throughUs = Number.NEGATIVE_INFINITY;
  private isExact = false;
  private lifeClass = LAST_CLASS + 1;
  private boundUs = 0;
  private slot = Number.MIN_SAFE_INTEGER;
  private stretch = 0;

  constructor(database: Database.Database) {
    this.page = database.prepare(
      `SELECT slot, stretch, members, to_us FROM closed_life
       WHERE class = @lifeClass AND slot BETWEEN @slot AND @boundSlot AND (slot, stretch) > (@slot, @stretch)
       ORDER BY slot, stretch LIMIT @count`,
    );
    this.exact = database
      .prepare(
        `SELECT id FROM ${CLOSED_SOCKETS}
         WHERE class = @lifeClass AND slot = @slot AND stretch = @stretch AND closed_us <= @throughUs`,
      )
      .pluck();
    this.earliest = database.prepare('SELECT min(slot) FROM closed_life WHERE class = ?').pluck();
    this.tail = database
      .prepare(`SELECT id FROM socket WHERE ${IN_TAIL} AND closed_us <= @throughUs LIMIT @count`)
      .pluck();
    this.earliestInTail = database.prepare(`SELECT min(closed_us) FROM socket WHERE ${IN_TAIL}`).pluck();
  }

  /** Whether all connections that closed through the time of `begin` were found. */
  get done(): boolean {
    return this.lifeClass > LAST_CLASS;
  }

  /** Starts to look for connections that closed at or before `throughUs`; `exact`: finds all of them, at any cost. */
  begin(throughUs: number, exact = false): void {
    this.throughUs = throughUs;
    this.tailDone = false;
    this.isExact = exact;
    if (exact) this.lookedThroughUs.fill(Number.NEGATIVE_INFINITY);
    this.enter(OPEN_CLASS + 1);
  }

  /** Reads up to `count` more rows, or until about as many connections are due. */
  next(count: number): Swept {
    if (!this.tailDone) return this.nextOfTail(count);
    const { lifeClass, boundUs, slot, stretch } = this;
    const rows = this.page.all({ lifeClass, boundSlot: slotOf(boundUs), slot, stretch, count }) as LivesRow[];
    const due: number[] = [];
    let seen = 0;
    for (const row of rows) {
      if (due.length >= count) break;
      seen++;
      due.push(...this.dueOf(row));
    }
    const last = rows[seen - 1];
    if (seen < count && seen === rows.length) {
      if (this.boundUs >= this.throughUs - shortestLifeUs(lifeClass)) this.lookedThroughUs[lifeClass] = this.throughUs;
      this.enter(lifeClass + 1);
    } else if (last !== undefined) {
      this.slot = last.slot;
      this.stretch = last.stretch;
    }
    return { due, seen };
  }

  /** The earliest time at which a closed connection can have closed; undefined without closed connections. */
  earliestCloseUs(): number | undefined {
    let earliest = (this.earliestInTail.get() as number | null) ?? undefined;
    for (let lifeClass = OPEN_CLASS + 1; lifeClass <= LAST_CLASS; lifeClass++) {
      const slot = this.earliest.get(lifeClass) as number | null;
      if (slot === null) continue;
      earliest = Math.min(earliest ?? Number.POSITIVE_INFINITY, slotBeginsUs(slot) + leastLifeUs(lifeClass));
    }
    return earliest;
  }

  private dueOf({ slot, stretch, members, to_us }: LivesRow): readonly number[] {
    const { lifeClass, throughUs } = this;
    const ids = idsOfMembers(stretch, members);
    if (to_us <= throughUs) return ids;
    if (ids.length === 1 && !this.isExact) return [];
    return this.exact.all({ lifeClass, slot, stretch, throughUs }) as number[];
  }

  /** Rows of the tail are few, and have no order: those that are due are deleted before the next ones are read. */
  private nextOfTail(count: number): Swept {
    const due = this.tail.all({ throughUs: this.throughUs, count }) as number[];
    this.tailDone = due.length < count;
    return { due, seen: due.length };
  }

  private enter(lifeClass: number): void {
    this.lifeClass = lifeClass;
    this.slot = Number.MIN_SAFE_INTEGER;
    this.stretch = 0;
    if (this.done) return;
    const looked = this.lookedThroughUs[lifeClass] ?? Number.NEGATIVE_INFINITY;
    const shortest = this.isExact ? leastLifeUs(lifeClass) : shortestLifeUs(lifeClass);
    this.boundUs = this.throughUs - (this.throughUs - looked >= shortest / 4 ? shortest : longestLifeUs(lifeClass));
  }
}
