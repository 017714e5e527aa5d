/** How many sockets there were at many instants, as `ss` would have shown them at each. */
import type Database from 'better-sqlite3';
import { ALWAYS } from '../model/condition.js';
import { stepsOfText } from '../model/packed-steps.js';
import type { Step } from '../model/step.js';
import { shownState, type TcpState } from '../model/tcp-state.js';
import { CLOSED_SOCKETS, slotBeginsSql } from '../store/lives-layout.js';
import { PATH } from '../store/socket-columns.js';
import { oneMoment } from './history-facts.js';
import { everIn, type HistoryFilter } from './history-filter.js';
import { type Instants, instantAt } from './instants.js';
import { CLOSED_CLASSES, CLOSED_LIVES, lifeRange, OPEN_LIVES, TAIL_LIVES } from './lives.js';
import { Unseen } from './unseen.js';

export interface SocketCounts {
  /** By state, the number at each instant; states in which none was are left out. */
  readonly states: ReadonlyMap<TcpState, readonly number[]>;
  /** How many of them may have been in another state, or gone, at each instant: `uncertain` of a `SocketAt`. */
  readonly uncertain: readonly number[];
}

/** That an instant lies in a time: the other closed connections, which are most, are not read. */
const instantIn = (fromUs: string, toUs: string) =>
  `(${fromUs} <= @firstUs OR (${toUs} - 1 - @firstUs) / @stepUs >= (${fromUs} - @firstUs + @stepUs - 1) / @stepUs)`;
/** First of all members of a row together. */
const AT_AN_INSTANT = `${instantIn(slotBeginsSql('slot'), 'to_us')} AND ${instantIn('opened_us', 'closed_us')}`;

type Row = [netns: number, openedUs: number, path: string];

/** Counts sockets at each of the instants; of a filter with states, those that were in one of them then. */
export function socketCounts(
  database: Database.Database,
  instants: Instants,
  filter: HistoryFilter | undefined,
): SocketCounts {
  using _moment = oneMoment(database);
  const counts = new StayCounts(instants, filter?.states, new Unseen(database));
  const { sql, params } = everIn(filter) ?? ALWAYS;
  const select = (from: string) => database.prepare(`SELECT netns, opened_us, ${PATH} FROM ${from} AND (${sql})`).raw();
  const window = { fromUs: instants.firstUs, toUs: instantAt(instants, instants.count - 1) };
  const count = (rows: IterableIterator<unknown>) => {
    for (const [netns, openedUs, path] of rows as IterableIterator<Row>) counts.add(netns, stepsOfText(openedUs, path));
  };
  for (const lives of [OPEN_LIVES, TAIL_LIVES])
    count(select(`socket WHERE ${lives}`).iterate({ ...params, ...window }));
  const closed = select(`${CLOSED_SOCKETS} WHERE ${CLOSED_LIVES} AND ${AT_AN_INSTANT}`);
  // As numbers they would be bound as floating point, and the divisions would have fractions.
  const integers = { firstUs: BigInt(instants.firstUs), stepUs: BigInt(instants.stepUs) };
  for (const lifeClass of CLOSED_CLASSES)
    count(closed.iterate({ ...params, ...lifeRange(lifeClass, window.fromUs, window.toUs), ...integers }));
  return counts.sums();
}

/** Adds stays up: where each begins and ends first, the sums last. */
class StayCounts {
  private readonly changes = new Map<TcpState, number[]>();
  private readonly uncertain: number[];

  constructor(
    private readonly instants: Instants,
    private readonly states: ReadonlySet<TcpState> | undefined,
    private readonly unseen: Unseen,
  ) {
    this.uncertain = this.none();
  }

  add(netns: number, steps: readonly Step[]): void {
    for (const [index, { atUs, newState }] of steps.entries()) {
      if (newState === 'UNCONN' || this.states?.has(newState) === false) continue;
      const next = steps[index + 1];
      const first = this.firstFrom(atUs);
      const end = this.firstFrom(next?.atUs ?? Number.POSITIVE_INFINITY);
      if (first >= end) continue;
      change(this.ofState(shownState(newState)), first, end);
      this.addUncertain(netns, steps, next?.notBeforeUs, first, end);
    }
  }

  /** Of a stay that has the instants from `first` to `end`, and whose end happened at `endNotBeforeUs` at the earliest. */
  private addUncertain(
    netns: number,
    steps: readonly Step[],
    endNotBeforeUs: number | undefined,
    first: number,
    end: number,
  ): void {
    const after = (us: number | undefined) => (us === undefined ? end : Math.max(first, this.firstFrom(us + 1)));
    const from = Math.min(after(endNotBeforeUs), after(this.unseen.afterGapUs(netns, steps)));
    if (from < end) change(this.uncertain, from, end);
    for (const { fromUs, toUs } of this.unseen.left(netns)) {
      const [leftFrom, leftEnd] = [Math.max(first, this.firstFrom(fromUs)), Math.min(from, end, this.firstFrom(toUs))];
      if (leftFrom < leftEnd) change(this.uncertain, leftFrom, leftEnd);
    }
  }

  sums(): SocketCounts {
    const { count } = this.instants;
    return {
      states: new Map([...this.changes].map(([state, changes]) => [state, summed(changes, count)])),
      uncertain: summed(this.uncertain, count),
    };
  }

  /** The first instant at or after a time; their number if all are before it. */
  private firstFrom(us: number): number {
    const { firstUs, stepUs, count } = this.instants;
    return Math.min(count, Math.max(0, Math.ceil((us - firstUs) / stepUs)));
  }

  private ofState(state: TcpState): number[] {
    const changes = this.changes.get(state) ?? this.none();
    this.changes.set(state, changes);
    return changes;
  }

  private none(): number[] {
    return new Array<number>(this.instants.count + 1).fill(0);
  }
}

function change(changes: number[], first: number, end: number): void {
  changes[first] = (changes[first] ?? 0) + 1;
  changes[end] = (changes[end] ?? 0) - 1;
}

function summed(changes: readonly number[], count: number): number[] {
  let now = 0;
  return Array.from({ length: count }, (_, index) => (now += changes[index] ?? 0));
}
