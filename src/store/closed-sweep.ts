import type Database from 'better-sqlite3';
import { CLOSED_SOCKETS, IN_TAIL } from './closed-index.js';
import { FORESEEN_LONGER_US, LAST_CLASS, longestLifeUs, OPEN_CLASS } from './life-class.js';

/** A closed connection, as the sweep reads it. */
interface ClosedRow {
  readonly id: number;
  readonly opened_us: number;
  readonly closed_us: number;
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
  private readonly exactPage: Database.Statement;
  private readonly earliest: Database.Statement;
  private readonly tail: Database.Statement;
  private readonly earliestInTail: Database.Statement;
  private tailDone = true;
  private throughUs = Number.NEGATIVE_INFINITY;
  private exact = false;
  private lifeClass = LAST_CLASS + 1;
  private boundUs = 0;
  private openedUs = Number.MIN_SAFE_INTEGER;
  private id = 0;

  constructor(database: Database.Database) {
    const pageOf = (closedUs: string, from: string) =>
      database.prepare(
        `SELECT connection_id AS id, from_us AS opened_us, ${closedUs} AS closed_us FROM ${from}
         WHERE class = @lifeClass AND from_us BETWEEN @openedUs AND @boundUs AND (from_us, connection_id) > (@openedUs, @id)
         ORDER BY from_us, connection_id LIMIT @count`,
      );
    this.page = pageOf('to_us', 'closed_life');
    this.exactPage = pageOf('closed_us', CLOSED_SOCKETS);
    this.earliest = database.prepare('SELECT min(from_us) FROM closed_life WHERE class = ?').pluck();
    this.tail = database.prepare(
      `SELECT id, opened_us, closed_us FROM socket WHERE ${IN_TAIL} AND closed_us <= @throughUs LIMIT @count`,
    );
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
    this.exact = exact;
    if (exact) this.lookedThroughUs.fill(Number.NEGATIVE_INFINITY);
    this.enter(OPEN_CLASS + 1);
  }

  /** Reads up to `count` more rows. Returns those that are due, and how many were read. */
  next(count: number): { readonly due: readonly ClosedRow[]; readonly seen: number } {
    if (!this.tailDone) return this.nextOfTail(count);
    const { lifeClass, boundUs, openedUs, id } = this;
    const page = this.exact ? this.exactPage : this.page;
    const rows = page.all({ lifeClass, boundUs, openedUs, id, count }) as ClosedRow[];
    const last = rows.at(-1);
    if (rows.length < count || last === undefined) {
      if (this.boundUs >= this.throughUs - shortestLifeUs(lifeClass)) this.lookedThroughUs[lifeClass] = this.throughUs;
      this.enter(lifeClass + 1);
    } else {
      this.openedUs = last.opened_us;
      this.id = last.id;
    }
    return { due: rows.filter((row) => row.closed_us <= this.throughUs), seen: rows.length };
  }

  /** The earliest time at which a closed connection can have closed; undefined without closed connections. */
  earliestCloseUs(): number | undefined {
    let earliest = (this.earliestInTail.get() as number | null) ?? undefined;
    for (let lifeClass = OPEN_CLASS + 1; lifeClass <= LAST_CLASS; lifeClass++) {
      const openedUs = this.earliest.get(lifeClass) as number | null;
      if (openedUs === null) continue;
      earliest = Math.min(earliest ?? Number.POSITIVE_INFINITY, openedUs + leastLifeUs(lifeClass));
    }
    return earliest;
  }

  /** Rows of the tail are few, and have no order: those that are due are deleted before the next ones are read. */
  private nextOfTail(count: number): { readonly due: readonly ClosedRow[]; readonly seen: number } {
    const due = this.tail.all({ throughUs: this.throughUs, count }) as ClosedRow[];
    this.tailDone = due.length < count;
    return { due, seen: due.length };
  }

  private enter(lifeClass: number): void {
    this.lifeClass = lifeClass;
    this.openedUs = Number.MIN_SAFE_INTEGER;
    this.id = 0;
    if (this.done) return;
    const looked = this.lookedThroughUs[lifeClass] ?? Number.NEGATIVE_INFINITY;
    const shortest = this.exact ? leastLifeUs(lifeClass) : shortestLifeUs(lifeClass);
    this.boundUs = this.throughUs - (this.throughUs - looked >= shortest / 4 ? shortest : longestLifeUs(lifeClass));
  }
}
