/**
 * Which connections existed in a window, as SQL over the index socket_by_life (life_class, opened_us, closed_us).
 *
 * A closed connection of life class k lived for less than 4^k us. If it existed from @fromUs to @toUs (both inclusive), it was
 * opened in (@fromUs - 4^k .. @toUs]. Open connections are class 0: all that were opened by @toUs. So a window is one short range
 * of the index for each class, and a query costs what its answer costs, however large the table is.
 */
import { LAST_CLASS, longestLifeUs, OPEN_CLASS } from '../store/life-class.js';

/** The classes of closed connections, the shortest lives first. */
export const CLOSED_CLASSES: readonly number[] = Array.from({ length: LAST_CLASS }, (_, index) => index + 1);

/** The condition for an open connection to have existed by @toUs. */
export const OPEN_LIVES = `life_class = ${OPEN_CLASS} AND opened_us <= @toUs`;

/**
 * The condition for a closed connection of one class to have existed in the window. Parameters: those of `lifeRange`. One prepared
 * statement serves all classes.
 */
export const CLOSED_LIVES =
  'life_class = @lifeClass AND opened_us BETWEEN @earliestUs AND @latestUs AND closed_us >= @fromUs';

/** The openings of one class in a window. */
export interface LifeRange {
  readonly lifeClass: number;
  /** The earliest and latest opening, microseconds. */
  readonly earliestUs: number;
  readonly latestUs: number;
  /** The earliest end. */
  readonly fromUs: number;
}

export function lifeRange(lifeClass: number, fromUs: number, toUs: number): LifeRange {
  return { lifeClass, earliestUs: fromUs - longestLifeUs(lifeClass), latestUs: toUs, fromUs };
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
 * each class. The classes are literals, since one statement has to hold all of them.
 */
export function livesBetween({ select, where, closedOnly = false }: LivesQuery): string {
  const closed = CLOSED_CLASSES.map(
    (lifeClass) =>
      `life_class = ${lifeClass} AND opened_us BETWEEN @fromUs - ${longestLifeUs(lifeClass)} AND @toUs AND closed_us >= @fromUs`,
  );
  return (closedOnly ? closed : [OPEN_LIVES, ...closed])
    .map((lives) => `SELECT ${select} FROM socket WHERE ${lives} AND (${where})`)
    .join(' UNION ALL ');
}
