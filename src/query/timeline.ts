/** A connection's life as a row of stays: how long it was in each state, and what happened in it. */

import type Database from 'better-sqlite3';
import type { Connection, ConnectionEvent, Gap } from '../model/connection.js';
import type { Source } from '../model/stored-codes.js';
import type { TcpState } from '../model/tcp-state.js';

/** The time that a connection spent in one state. */
export interface Stay {
  readonly state: TcpState;
  /** When it began; if inferred, the latest it can have been. */
  readonly fromUs: number;
  /** The earliest it can have begun if inferred; undefined if observed, 0 if there is no bound. */
  readonly notBeforeUs: number | undefined;
  readonly source: Source;
  /** When it ended; undefined while it lasts. */
  readonly toUs: number | undefined;
  /** The earliest it can have ended if that was inferred. */
  readonly toNotBeforeUs: number | undefined;
  /** `toUs - fromUs`, up to the end of what is recorded while it lasts. */
  readonly lastedUs: number;
  /** The shortest and the longest it can have lasted; the longest is undefined where its beginning has no bound. */
  readonly shortestUs: number;
  readonly longestUs: number | undefined;
  readonly events: readonly ConnectionEvent[];
}

/** Somebody who held the socket. */
export interface Holding {
  readonly pid: number;
  readonly comm: string;
  readonly fd: number | undefined;
  readonly fromUs: number;
  readonly toUs: number | undefined;
}

export interface Timeline {
  readonly connection: Connection;
  readonly stays: readonly Stay[];
  /** What happened outside all stays: after the end, or to a connect that failed at once. */
  readonly otherEvents: readonly ConnectionEvent[];
  readonly holdings: readonly Holding[];
  readonly cgroup: string | undefined;
  /** Gaps that touch its life: what is told of it may be incomplete there. */
  readonly gaps: readonly Gap[];
}

/** The stays of a connection in a history that is known up to `endUs`, without their events. */
export function staysOf(connection: Connection, endUs: number): Stay[] {
  const { steps } = connection;
  return steps.flatMap((step, index) => {
    if (step.newState === 'UNCONN') return [];
    const next = steps[index + 1];
    const toUs = next?.atUs;
    const untilUs = Math.max(toUs ?? endUs, step.atUs);
    return [
      {
        state: step.newState,
        fromUs: step.atUs,
        notBeforeUs: step.notBeforeUs,
        source: step.source,
        toUs,
        toNotBeforeUs: next?.notBeforeUs,
        lastedUs: untilUs - step.atUs,
        shortestUs: Math.max(0, (next?.notBeforeUs ?? untilUs) - step.atUs),
        longestUs: step.notBeforeUs === 0 ? undefined : untilUs - (step.notBeforeUs ?? step.atUs),
        events: [],
      },
    ];
  });
}

export interface StayWish {
  readonly fromUs: number;
  readonly toUs: number;
  /** undefined: any. */
  readonly states: ReadonlySet<TcpState> | undefined;
  /** Longer than this, microseconds. */
  readonly longerThanUs: number | undefined;
}

/**
 * Whether the connection was, within the window, ever in one of the states; and in one such stay longer than asked for.
 * A stay counts with its whole length, also where the window cuts it, and with the longest it can have lasted, so that a
 * doubtful one is shown (with its bounds) rather than hidden; from when it was first seen where its beginning has no bound.
 */
export function fulfils(connection: Connection, endUs: number, wish: StayWish): boolean {
  const { states, longerThanUs } = wish;
  if (states === undefined && longerThanUs === undefined) return true;
  if (longerThanUs === undefined && states?.has('UNCONN') === true && endedWithin(connection, wish)) return true;
  return staysOf(connection, endUs).some(
    (stay) =>
      (states?.has(stay.state) ?? true) &&
      (stay.notBeforeUs === 0 ? stay.fromUs : (stay.notBeforeUs ?? stay.fromUs)) <= wish.toUs &&
      (stay.toUs ?? Number.POSITIVE_INFINITY) >= wish.fromUs &&
      (longerThanUs === undefined || (stay.longestUs ?? stay.lastedUs) > longerThanUs),
  );
}

function endedWithin({ steps }: Connection, { fromUs, toUs }: StayWish): boolean {
  return steps.some((step) => step.newState === 'UNCONN' && step.atUs >= fromUs && step.atUs <= toUs);
}

/** Reads what is kept outside a connection's own row. */
export class TimelineReader {
  private readonly events: Database.Statement;
  private readonly holdings: Database.Statement;
  private readonly cgroup: Database.Statement;
  private readonly gaps: GapIndex;

  /** `endUs`: up to when the history is known. `gaps`: all that touch the window, by their beginning. */
  constructor(
    database: Database.Database,
    private readonly endUs: number,
    gaps: readonly Gap[],
  ) {
    this.events = database.prepare(
      `SELECT connection_id AS connectionId, at_us AS atUs, kind, detail FROM events
         WHERE connection_id = ? ORDER BY at_us, id`,
    );
    this.holdings = database.prepare(
      'SELECT pid, comm, fd, from_us, to_us FROM owners WHERE connection_id = ? ORDER BY from_us, pid, fd',
    );
    this.cgroup = database.prepare('SELECT path FROM cgroup WHERE id = ?').pluck();
    this.gaps = new GapIndex(gaps);
  }

  timeline(connection: Connection): Timeline {
    const events = this.events.all(connection.id) as ConnectionEvent[];
    const { stays, rest } = withEvents(staysOf(connection, this.endUs), events);
    return {
      connection,
      stays,
      otherEvents: rest,
      holdings: this.holdingsOf(connection),
      cgroup: connection.cgroup === undefined ? undefined : (this.cgroup.get(connection.cgroup) as string | undefined),
      gaps: this.gaps.touching(connection.openedUs, connection.closedUs ?? this.endUs),
    };
  }

  private holdingsOf({ id }: Connection): Holding[] {
    const rows = this.holdings.all(id) as {
      pid: number;
      comm: string | null;
      fd: number | null;
      from_us: number;
      to_us: number | null;
    }[];
    return rows.map(({ pid, comm, fd, from_us, to_us }) => ({
      pid,
      comm: comm ?? '?',
      fd: fd === null || fd < 0 ? undefined : fd,
      fromUs: from_us,
      toUs: to_us ?? undefined,
    }));
  }
}

/** Puts each event into the last stay that had begun; those at the moment of a stay's end belong to it: they ended it. */
function withEvents(
  stays: readonly Stay[],
  events: readonly ConnectionEvent[],
): { stays: Stay[]; rest: ConnectionEvent[] } {
  const inside: ConnectionEvent[][] = stays.map(() => []);
  const rest: ConnectionEvent[] = [];
  for (const event of events) {
    const index = stays.findIndex(
      (stay) => event.atUs >= stay.fromUs && event.atUs <= (stay.toUs ?? Number.POSITIVE_INFINITY),
    );
    (inside[index] ?? rest).push(event);
  }
  return { stays: stays.map((stay, index) => ({ ...stay, events: inside[index] ?? [] })), rest };
}

/** Finds the gaps that touch an interval without looking at all of them. */
export class GapIndex {
  /** The latest end among the gaps up to each. */
  private readonly latestEnd: readonly number[];

  constructor(private readonly gaps: readonly Gap[]) {
    let latest = 0;
    this.latestEnd = gaps.map((gap) => {
      latest = Math.max(latest, gap.toUs);
      return latest;
    });
  }

  touching(fromUs: number, toUs: number): Gap[] {
    const found: Gap[] = [];
    for (let index = this.countBegunBy(toUs) - 1; index >= 0; index--) {
      if ((this.latestEnd[index] ?? 0) < fromUs) break;
      const gap = this.gaps[index];
      if (gap !== undefined && gap.toUs >= fromUs) found.push(gap);
    }
    return found.reverse();
  }

  private countBegunBy(us: number): number {
    let low = 0;
    let high = this.gaps.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.gaps[middle]?.fromUs ?? 0) <= us) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
