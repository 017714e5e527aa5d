/** A connection's life as a row of stays: how long it was in each state, and what happened in it. */

import type Database from 'better-sqlite3';
import type { Connection } from '../model/connection.js';
import type { ConnectionEvent } from '../model/connection-event.js';
import type { Gap } from '../model/gap.js';
import type { Place } from '../model/place.js';
import { GapIndex } from './gap-index.js';
import { Places } from './places.js';
import type { Stay } from './stays.js';
import { staysOf } from './stays.js';

/** A process that held the socket. */
export interface Holding {
  readonly pid: number;
  readonly comm: string;
  readonly fd: number | undefined;
  readonly fromUs: number;
  readonly toUs: number | undefined;
  /** When it was last seen to hold it; undefined where it was not, or where the connection has ended since. */
  readonly seenUs: number | undefined;
  /** The thread, where it has a descriptor table of its own. */
  readonly tid: number | undefined;
  /** It was not seen to hold it: it is the listener's owner. */
  readonly inferred: boolean;
}

/** A timeline without owners and gaps. */
export interface Life {
  readonly connection: Connection;
  readonly stays: readonly Stay[];
  /** What happened outside all stays: after the end, or to a connect that failed at once. */
  readonly otherEvents: readonly ConnectionEvent[];
  readonly place: Place;
}

export interface Timeline extends Life {
  readonly holdings: readonly Holding[];
  /** Gaps that touch its life: the timeline may be incomplete there. */
  readonly gaps: readonly Gap[];
}

/** Reads what is stored outside a connection's own row. */
export class TimelineReader {
  private readonly events: Database.Statement;
  private readonly holdings: Database.Statement;
  private readonly places: Places;
  private readonly gaps: GapIndex;

  /** `endUs`: where the recorded time ends. `gaps`: all that touch the window, by their beginning. */
  constructor(
    database: Database.Database,
    private readonly endUs: number,
    gaps: readonly Gap[],
  ) {
    // `= +?`: see name-history.ts.
    this.events = database.prepare(
      `SELECT connection_id AS connectionId, at_us AS atUs, kind, detail FROM events
         WHERE connection_id = +? ORDER BY at_us, id`,
    );
    this.holdings = database.prepare(
      `SELECT pid, comm, fd, from_us, to_us, seen_us, tid, inferred FROM owners
         WHERE connection_id = +? ORDER BY from_us, pid, fd, tid`,
    );
    this.places = new Places(database);
    this.gaps = new GapIndex(gaps);
  }

  timeline(connection: Connection): Timeline {
    return {
      ...this.life(connection),
      holdings: this.holdingsOf(connection),
      gaps: this.gaps.touching(connection.openedUs, connection.closedUs ?? this.endUs),
    };
  }

  life(connection: Connection): Life {
    const events = this.events.all(connection.id) as ConnectionEvent[];
    const { stays, rest } = withEvents(staysOf(connection, this.endUs), events);
    return { connection, stays, otherEvents: rest, place: this.places.during(connection) };
  }

  private holdingsOf({ id }: Connection): Holding[] {
    const rows = this.holdings.all(id) as {
      pid: number;
      comm: string | null;
      fd: number | null;
      from_us: number;
      to_us: number | null;
      seen_us: number | null;
      tid: number | null;
      inferred: number;
    }[];
    return rows.map(({ pid, comm, fd, from_us, to_us, seen_us, tid, inferred }) => ({
      pid,
      comm: comm ?? '?',
      fd: fd === null || fd < 0 ? undefined : fd,
      fromUs: from_us,
      toUs: to_us ?? undefined,
      seenUs: seen_us ?? undefined,
      tid: tid ?? undefined,
      inferred: inferred !== 0,
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
