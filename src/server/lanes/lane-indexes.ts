/** The last few lane indexes, so that scrolling, sorting, grouping and zooming read the database once. */
import type Database from 'better-sqlite3';
import type { Condition } from '../../model/condition.js';
import type { LoggedConnection } from '../../model/connection.js';
import type { Interval } from '../../model/interval.js';
import type { TcpState } from '../../model/tcp-state.js';
import { connectionTest } from '../../query/connection-by-id.js';
import { laneFacts, laneRowsBetween, loggedConnectionsBetween } from '../../query/connections-between.js';
import { Follower } from '../../query/follow.js';
import { everIn, type HistoryFilter } from '../../query/history-filter.js';
import { fulfils } from '../../query/stays.js';
import { dataVersion, STALE_MS } from '../remembered.js';
import type { FilterReach } from './filter-reach.js';
import { LaneIndex } from './lane-index.js';

/** Of one index: with more, memory and time would not be bounded. */
export const MOST_INDEXED = 500_000;
/** Of all indexes that are kept. */
const MOST_KEPT = 1_000_000;
const MOST_INDEXES = 6;
/** An index with more rows than this that are not needed is made again. */
const MOST_WASTED = 20_000;

/** What an index is of. */
export interface IndexRequest {
  readonly window: Interval;
  readonly filter: HistoryFilter | undefined;
  /** The same for the same filter and namespace, as typed. */
  readonly key: string;
  readonly reach: FilterReach;
  /** Up to where the history is known. */
  readonly knownUs: number;
}

export interface FoundIndex {
  readonly index: LaneIndex;
  /** The range has more connections than the index. */
  readonly cut: boolean;
}

interface Known extends FoundIndex {
  readonly key: string;
  readonly window: Interval;
  /** Everything in its range was recorded when it was made; else it follows the recorder. */
  readonly isComplete: boolean;
  readonly follower: Follower | undefined;
  /** SQLite's, when it was made, and when that was. */
  readonly version: number;
  readonly madeMs: number;
  readonly matches: (connectionId: number) => boolean;
}

/** Owned by one process, which answers one request at a time. */
export class LaneIndexes {
  /** The last used one first. */
  private known: readonly Known[] = [];

  constructor(private readonly database: Database.Database) {}

  /** Reads what the last used index needs for groups and other orders, before that is asked for. */
  readAhead(): void {
    this.known[0]?.index.facts;
  }

  of(request: IndexRequest): FoundIndex {
    const found = this.known.find((each) => fits(each, request) && (each.isComplete || this.update(each)));
    const used = found ?? this.make(request);
    this.keep(used);
    return used;
  }

  private make({ window, filter, key, knownUs }: IndexRequest): Known {
    const isComplete = window.toUs < knownUs;
    // First: what is recorded while the index is made is in what it follows.
    const follower = isComplete || filter?.states !== undefined ? undefined : new Follower(this.database);
    const version = dataVersion(this.database);
    const index = new LaneIndex((ids) => laneFacts(this.database, ids));
    const condition = everIn(filter);
    const cut =
      filter?.states === undefined
        ? fill(index, laneRowsBetween(this.database, window, condition), (row) => index.addRow(row))
        : fill(index, this.connectionsIn({ window, states: filter.states, condition, knownUs }), (each) =>
            index.add(each),
          );
    const matches = connectionTest(this.database, condition);
    return { key, window, index, cut, isComplete, follower, version, madeMs: performance.now(), matches };
  }

  /** Those that were in one of the states in the window. */
  private *connectionsIn({ window, states, condition, knownUs }: StateRequest): Generator<LoggedConnection> {
    const wish = { ...window, states, longerThanUs: undefined };
    for (const connection of loggedConnectionsBetween(this.database, window.fromUs, window.toUs, condition))
      if (fulfils(connection, knownUs, wish)) yield connection;
  }

  /** Adds what was recorded since. False: that is not known, or too much; the index has to be made again. */
  private update({ follower, index, matches, cut, version, madeMs }: Known): boolean {
    if (follower === undefined) return version === dataVersion(this.database);
    // A part is shown, and takes long to read.
    if (cut) return version === dataVersion(this.database) || performance.now() - madeMs < STALE_MS;
    if (index.replacedCount > MOST_WASTED + index.count / 2) return false;
    const { entries, missed } = follower.poll();
    if (missed) return false;
    // The last entry of a connection has all its steps.
    const changed = new Map(
      entries.flatMap((entry) => (entry.kind === 'gap' ? [] : [[entry.connection.id, entry.connection] as const])),
    );
    for (const [id, connection] of changed) {
      if (matches(id)) index.put(connection);
      else index.remove(id);
    }
    return true;
  }

  private keep(used: Known): void {
    const others = this.known.filter((each) => each !== used);
    let rows = used.index.count;
    const kept = others.filter((each) => {
      rows += each.index.count;
      return rows <= MOST_KEPT;
    });
    this.known = [used, ...kept].slice(0, MOST_INDEXES);
  }
}

interface StateRequest {
  readonly window: Interval;
  readonly states: ReadonlySet<TcpState>;
  readonly condition: Condition | undefined;
  readonly knownUs: number;
}

/** Adds what there is, as far as there is room. True: there is more. */
function fill<T>(index: LaneIndex, all: Iterable<T>, add: (each: T) => void): boolean {
  for (const each of all) {
    if (index.count >= MOST_INDEXED) return true;
    add(each);
  }
  return false;
}

/** Whether an index has what is asked for, once it is up to date. */
function fits({ key, window, isComplete, index }: Known, request: IndexRequest): boolean {
  const { fromUs, toUs } = request.window;
  if (key !== request.key) return false;
  if (window.fromUs === fromUs && window.toUs === toUs) return true;
  if (fromUs < window.fromUs || (isComplete && toUs > window.toUs)) return false;
  // One that follows the recorder has moved with the live range: its filter selects from a little more.
  const isLive = !isComplete && toUs >= window.toUs && request.reach.isFollowable;
  return (request.reach.isTimeless || isLive) && isMostly(index, request.window);
}

/** Whether most rows are in the range, or the others are few. */
function isMostly(index: LaneIndex, { fromUs }: Interval): boolean {
  if (index.count <= MOST_WASTED * 5) return true;
  let before = 0;
  for (let row = 0; row < index.count; row++) if (index.closed(row) < fromUs) before++;
  return before < index.count / 2;
}
