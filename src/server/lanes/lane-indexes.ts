/** The last few lane indexes, so that scrolling, sorting and grouping read the database once. */
import type Database from 'better-sqlite3';
import type { Interval } from '../../model/interval.js';
import { loggedConnectionsInOrder } from '../../query/connections-in-order.js';
import { everIn, type HistoryFilter } from '../../query/history-filter.js';
import { fulfils } from '../../query/stays.js';
import { LaneIndex } from './lane-index.js';

const MOST_INDEXES = 4;
/** Of one index: with more, memory and time would not be bounded. */
export const MOST_INDEXED = 500_000;

/** What an index is of. */
export interface IndexRequest {
  readonly window: Interval;
  readonly filter: HistoryFilter | undefined;
  /** The same for the same filter and namespace, as typed. */
  readonly key: string;
  /** Up to where the history is known. */
  readonly knownUs: number;
}

interface Known {
  readonly key: string;
  readonly version: number;
  readonly index: LaneIndex;
  /** Everything in its range was recorded when it was made. */
  readonly isComplete: boolean;
  readonly cut: boolean;
}

/** Owned by one process, which answers one request at a time. */
export class LaneIndexes {
  /** The last used one first. */
  private known: readonly Known[] = [];

  /** `cut`: the range has more connections than the index, which has the last opened ones. */
  of(database: Database.Database, request: IndexRequest): { readonly index: LaneIndex; readonly cut: boolean } {
    const { window, filter, knownUs } = request;
    const key = `${window.fromUs} ${window.toUs} ${request.key}`;
    const version = Number(database.pragma('data_version', { simple: true }));
    const found = this.known.find((each) => each.key === key && (each.isComplete || each.version === version));
    if (found !== undefined) {
      this.known = [found, ...this.known.filter((each) => each !== found)];
      return found;
    }
    const index = new LaneIndex();
    const wish = { ...window, states: filter?.states, longerThanUs: undefined };
    const connections = loggedConnectionsInOrder(database, window.fromUs, window.toUs, { condition: everIn(filter) });
    let cut = false;
    for (const connection of connections) {
      if (!fulfils(connection, knownUs, wish)) continue;
      if (index.count >= MOST_INDEXED) {
        cut = true;
        break;
      }
      index.add(connection);
    }
    const made = { key, version, index, cut, isComplete: window.toUs < knownUs };
    this.known = [made, ...this.known.filter((each) => each.key !== key)].slice(0, MOST_INDEXES);
    return made;
  }
}
