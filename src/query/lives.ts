/**
 * Which connections existed in a window, as SQL over the table closed_life (class, slot, stretch, members, to_us). `to_us` is the last end
 * of a row's members, or, where some are TIME-WAITs that ended before their timers, when these were due.
 *
 * A closed connection of life class k lived for less than 4^k us. If it existed from @fromUs to @toUs (both inclusive), it was
 * opened in (@fromUs - 4^k .. @toUs]. So a window is one short range of the table for each class, and a query costs what its answer
 * costs, however large the history is. Open connections have an index of their own; the closed ones that `closed_life` does not cover
 * yet are the last few thousand ids.
 */
import { IN_TAIL } from '../store/closed-index.js';
import { LAST_CLASS, longestLifeUs, OPEN_CLASS } from '../store/life-class.js';
import { CLOSED_SOCKETS, slotOf, slotSql } from '../store/lives-layout.js';

/** The classes of closed connections, the shortest lives first. */
export const CLOSED_CLASSES: readonly number[] = Array.from({ length: LAST_CLASS }, (_, index) => index + 1);

/** The condition for an open connection to have existed by @toUs. */
export const OPEN_LIVES = `life_class = ${OPEN_CLASS} AND opened_us <= @toUs`;

/** The condition for a closed connection that is not covered yet to have existed in the window. */
export const TAIL_LIVES = `${IN_TAIL} AND opened_us <= @toUs AND closed_us >= @fromUs`;

/** The condition for one of CLOSED_SOCKETS to have existed in the window. */
const existed = (latestUs: string) => `to_us >= @fromUs AND opened_us <= ${latestUs} AND closed_us >= @fromUs`;

/**
 * The condition for one of CLOSED_SOCKETS of one class to have existed in the window. Parameters: those of `lifeRange`. One prepared
 * statement serves all classes.
 */
export const CLOSED_LIVES = `class = @lifeClass AND slot BETWEEN @earliestSlot AND @latestSlot AND ${existed('@latestUs')}`;

/** The openings of one class in a window. */
export interface LifeRange {
  readonly lifeClass: number;
  /** The earliest and latest opening, microseconds. */
  readonly earliestUs: number;
  readonly latestUs: number;
  /** Their slots. */
  readonly earliestSlot: number;
  readonly latestSlot: number;
  /** The earliest end. */
  readonly fromUs: number;
}

export function lifeRange(lifeClass: number, fromUs: number, toUs: number): LifeRange {
  const earliestUs = fromUs - longestLifeUs(lifeClass);
  return {
    lifeClass,
    earliestUs,
    latestUs: toUs,
    earliestSlot: slotOf(earliestUs),
    latestSlot: slotOf(toUs),
    fromUs,
  };
}

/** What to select from the connections of a window. */
export interface LivesQuery {
  /** Columns of the table `socket`. */
  readonly select: string;
  /** A further condition on the columns of the table `socket`. */
  readonly where: string;
  /** Without the connections that are still open. */
  readonly closedOnly?: boolean;
}

/**
 * One SELECT for the connections that existed from @fromUs to @toUs, for use in a larger statement: a UNION ALL of one range for
 * each class, the open ones and the tail. The classes are literals, since one statement has to hold all of them.
 */
export function livesBetween({ select, where, closedOnly = false }: LivesQuery): string {
  const closed = CLOSED_CLASSES.map(
    (lifeClass) =>
      `SELECT ${select} FROM ${CLOSED_SOCKETS} WHERE class = ${lifeClass}
         AND slot BETWEEN ${slotSql(`(@fromUs - ${longestLifeUs(lifeClass)})`)} AND ${slotSql('@toUs')}
         AND ${existed('@toUs')} AND (${where})`,
  );
  const others = closedOnly ? [TAIL_LIVES] : [OPEN_LIVES, TAIL_LIVES];
  return [...others.map((lives) => `SELECT ${select} FROM socket WHERE ${lives} AND (${where})`), ...closed].join(
    ' UNION ALL ',
  );
}
