/** For how long connections match a filter, while they are being recorded. */
import type Database from 'better-sqlite3';
import type { Connection } from '../model/connection.js';
import type { TcpState } from '../model/tcp-state.js';
import { REACHED_US } from '../store/socket-columns.js';
import { connectionById, connectionTest } from './connection-by-id.js';
import { connectionsBetween } from './connections-between.js';
import { Follower } from './follow.js';
import { everIn, type HistoryFilter } from './history-filter.js';
import { type SocketAt, socketAfterStep, withDetails } from './point-in-time.js';

/** Without interruption in states that match. */
interface Stay {
  readonly fromUs: number;
  /** undefined: it lasts. */
  readonly toUs: number | undefined;
  /** The last step of it. */
  readonly lastStep: number;
}

/** A connection that matched for long enough. */
export interface MatchingStay {
  readonly socket: SocketAt;
  readonly fromUs: number;
  /** Up to when it is known to have matched. */
  readonly untilUs: number;
}

/** How often all connections are compared with a filter that needs late facts, milliseconds: they come without a transition. */
const WHOLE_LOOK_MS = 1_000;

/** The stays of a connection in any of the states; without states, its life. */
export function staysIn({ steps }: Pick<Connection, 'steps'>, states: ReadonlySet<TcpState> | undefined): Stay[] {
  const stays: Stay[] = [];
  let fromUs: number | undefined;
  for (const [index, { atUs, newState }] of steps.entries()) {
    const isIn = states === undefined ? newState !== 'UNCONN' : states.has(newState);
    if (isIn) fromUs ??= atUs;
    else if (fromUs !== undefined) {
      stays.push({ fromUs, toUs: atUs, lastStep: index - 1 });
      fromUs = undefined;
    }
  }
  return fromUs === undefined ? stays : [...stays, { fromUs, toUs: undefined, lastStep: steps.length - 1 }];
}

interface StayWish {
  /** How long a stay has to last, microseconds. */
  readonly leastUs: number;
  /** The filter is about what may be known later than the state: owners, cgroups, names of namespaces. */
  readonly needsLateFacts: boolean;
}

/** Finds connections that match a filter for some time without interruption, those included that match at the start. */
export class MatchingStays {
  private readonly follower: Follower;
  private readonly reached: Database.Statement;
  private readonly startUs: number;
  private wholeLookMs = Number.NEGATIVE_INFINITY;
  /** When the stays began that last and are not long enough yet, by connection. */
  private readonly waiting = new Map<number, number>();
  /** When the last reported stay of each open connection began. */
  private readonly reported = new Map<number, number>();
  private matches: (connectionId: number) => boolean;

  constructor(
    private readonly database: Database.Database,
    private filter: HistoryFilter | undefined,
    private readonly wish: StayWish,
  ) {
    this.reached = database.prepare(`SELECT ${REACHED_US}`).pluck();
    this.startUs = this.completeUs();
    this.follower = new Follower(database);
    this.matches = connectionTest(database, filter?.condition);
  }

  /** From now on: names in the filter may stand for other namespaces. */
  use(filter: HistoryFilter | undefined): void {
    this.filter = filter;
    this.wholeLookMs = Number.NEGATIVE_INFINITY;
    this.matches = connectionTest(this.database, filter?.condition);
  }

  /**
   * What has matched for long enough since the last call, each stay once; `missed` where the list of changes no longer reaches back to
   * it. `most`: a caller that needs no more than that does not call again.
   */
  poll(
    nowMs: number,
    most = Number.POSITIVE_INFINITY,
  ): { readonly found: readonly MatchingStay[]; readonly missed: boolean } {
    // First: what is recorded up to this time is in what follows.
    const completeUs = this.completeUs();
    const { entries, missed } = this.follower.poll();
    const ids = new Set(entries.flatMap((entry) => (entry.kind === 'transition' ? [entry.connection.id] : [])));
    for (const [id, fromUs] of this.waiting) if (completeUs - fromUs >= this.wish.leastUs) ids.add(id);
    const restMs = this.wish.needsLateFacts ? WHOLE_LOOK_MS : Number.POSITIVE_INFINITY;
    if (missed || nowMs - this.wholeLookMs >= restMs) {
      this.wholeLookMs = nowMs;
      for (const id of this.existingSince(completeUs)) ids.add(id);
    }
    const found: MatchingStay[] = [];
    for (const id of ids) {
      if (found.length >= most) break;
      found.push(...this.look(id, completeUs));
    }
    return { found, missed };
  }

  /** Those that exist at a time or were opened since, without those that are waited for or reported already. */
  private existingSince(us: number): number[] {
    const ids: number[] = [];
    for (const connection of connectionsBetween(this.database, us, Number.MAX_SAFE_INTEGER, everIn(this.filter))) {
      const { id } = connection;
      const fromUs = staysIn(connection, this.filter?.states).at(-1)?.fromUs;
      if (fromUs !== this.reported.get(id) && fromUs !== this.waiting.get(id)) ids.push(id);
    }
    return ids;
  }

  private look(id: number, completeUs: number): MatchingStay[] {
    this.waiting.delete(id);
    const connection = connectionById(this.database, id);
    if (connection === undefined || !this.matches(id)) return [];
    const known = this.reported.get(id) ?? Number.NEGATIVE_INFINITY;
    const found: MatchingStay[] = [];
    for (const stay of staysIn(connection, this.filter?.states)) {
      if (stay.fromUs <= known || (stay.toUs ?? Number.POSITIVE_INFINITY) < this.startUs) continue;
      const untilUs = Math.max(stay.fromUs, stay.toUs ?? completeUs);
      if (untilUs - stay.fromUs >= this.wish.leastUs) {
        found.push(...this.shown(connection, stay, untilUs));
        this.reported.set(id, stay.fromUs);
      } else if (stay.toUs === undefined) this.waiting.set(id, stay.fromUs);
    }
    // Nothing more happens to it.
    if (connection.closedUs !== undefined) this.reported.delete(id);
    return found;
  }

  private shown(connection: Connection, { fromUs, lastStep }: Stay, untilUs: number): MatchingStay[] {
    const socket = socketAfterStep(connection, lastStep, untilUs);
    if (socket === undefined) return [];
    return withDetails(this.database, untilUs, [socket]).map((detailed) => ({ socket: detailed, fromUs, untilUs }));
  }

  /** Up to when everything is recorded. */
  private completeUs(): number {
    return Number(this.reached.get() ?? 0);
  }
}
