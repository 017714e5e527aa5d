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

/** By state, the number at each instant; states in which none was are left out. */
export type SocketCounts = ReadonlyMap<TcpState, readonly number[]>;

/** That an instant lies in a time: the other closed connections, which are most, are not read. */
const instantIn = (fromUs: string, toUs: string) =>
  `(${fromUs} <= @firstUs OR (${toUs} - 1 - @firstUs) / @stepUs >= (${fromUs} - @firstUs + @stepUs - 1) / @stepUs)`;
/** First of all members of a row together. */
const AT_AN_INSTANT = `${instantIn(slotBeginsSql('slot'), 'to_us')} AND ${instantIn('opened_us', 'closed_us')}`;

type Row = [openedUs: number, path: string];

/** Counts sockets at each of the instants; of a filter with states, those that were in one of them then. */
export function socketCounts(
  database: Database.Database,
  instants: Instants,
  filter: HistoryFilter | undefined,
): SocketCounts {
  using _moment = oneMoment(database);
  const counts = new StayCounts(instants, filter?.states);
  const { sql, params } = everIn(filter) ?? ALWAYS;
  const select = (from: string) => database.prepare(`SELECT opened_us, ${PATH} FROM ${from} AND (${sql})`).raw();
  const window = { fromUs: instants.firstUs, toUs: instantAt(instants, instants.count - 1) };
  const count = (rows: IterableIterator<unknown>) => {
    for (const [openedUs, path] of rows as IterableIterator<Row>) counts.add(stepsOfText(openedUs, path));
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

  constructor(
    private readonly instants: Instants,
    private readonly states: ReadonlySet<TcpState> | undefined,
  ) {}

  add(steps: readonly Step[]): void {
    for (const [index, { atUs, newState }] of steps.entries()) {
      if (newState === 'UNCONN' || this.states?.has(newState) === false) continue;
      const first = this.firstFrom(atUs);
      const end = this.firstFrom(steps[index + 1]?.atUs ?? Number.POSITIVE_INFINITY);
      if (first < end) this.change(shownState(newState), first, end);
    }
  }

  sums(): SocketCounts {
    const { count } = this.instants;
    return new Map(
      [...this.changes].map(([state, changes]) => {
        let now = 0;
        return [state, Array.from({ length: count }, (_, index) => (now += changes[index] ?? 0))];
      }),
    );
  }

  /** The first instant at or after a time; their number if all are before it. */
  private firstFrom(us: number): number {
    const { firstUs, stepUs, count } = this.instants;
    return Math.min(count, Math.max(0, Math.ceil((us - firstUs) / stepUs)));
  }

  private change(state: TcpState, first: number, end: number): void {
    let changes = this.changes.get(state);
    if (changes === undefined) {
      changes = new Array<number>(this.instants.count + 1).fill(0);
      this.changes.set(state, changes);
    }
    changes[first] = (changes[first] ?? 0) + 1;
    changes[end] = (changes[end] ?? 0) - 1;
  }
}
