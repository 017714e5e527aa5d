import type Database from 'better-sqlite3';
import { ALWAYS } from '../model/condition.js';
import type { Connection, LoggedConnection } from '../model/connection.js';
import {
  CONNECTION_COLUMNS,
  connectionOfValues,
  LOGGED_COLUMNS,
  type LoggedValues,
  loggedConnectionOfValues,
  OPENED_AT,
  type SocketValues,
} from '../store/socket-columns.js';
import { ClosedPages, LARGEST_PAGE, type OrderedRow, type OrderOptions } from './closed-pages.js';
import { connectionsByPorts } from './connections-by-ports.js';
import { CLOSED_CLASSES, type LifeRange, lifeRange, OPEN_LIVES, TAIL_LIVES } from './lives.js';

/** Rows of `closed_life` read at a time of one class: few at first, so that the first connection comes at once. */
const FIRST_ROWS = 4;
const MOST_ROWS = 1_024;
/** More of them are read next after a page of fewer connections, and fewer after one of so many that they survive a minor garbage collection. */
const FEW = 64;
const MANY = 256;
/** Which columns are read, and what is made of them. */
interface Reading<Row, C> {
  readonly columns: string;
  readonly connection: (row: Row) => C;
}

const WHOLE: Reading<SocketValues, Connection> = { columns: CONNECTION_COLUMNS, connection: connectionOfValues };
const LOGGED: Reading<LoggedValues, LoggedConnection> = {
  columns: LOGGED_COLUMNS,
  connection: loggedConnectionOfValues,
};

/**
 * The connections that existed at some time from `fromUs` to `toUs` (inclusive), in the order of their opening. Each is
 * read once. It is read in pages, with no transaction open in between: a slow reader does not keep the recorder's
 * write-ahead log from being checkpointed. Connections that open meanwhile are not included.
 */
export function connectionsInOrder(
  database: Database.Database,
  fromUs: number,
  toUs: number,
  options: OrderOptions = {},
): Generator<Connection> {
  return inOrder(database, fromUs, toUs, options, WHOLE);
}

/** The same, with only what the log shows. */
export function loggedConnectionsInOrder(
  database: Database.Database,
  fromUs: number,
  toUs: number,
  options: OrderOptions = {},
): Generator<LoggedConnection> {
  return inOrder(database, fromUs, toUs, options, LOGGED);
}

function* inOrder<R extends OrderedRow, C extends LoggedConnection>(
  database: Database.Database,
  fromUs: number,
  toUs: number,
  options: OrderOptions,
  reading: Reading<R, C>,
): Generator<C> {
  const { condition = ALWAYS, newestFirst = false } = options;
  const found = connectionsByPorts<R>(database, fromUs, toUs, condition, {
    columns: reading.columns,
    openedAt: OPENED_AT,
  });
  // First: a connection that closes between two queries must be in the result of one of them.
  const first =
    found === undefined
      ? new ById(database, unsortedIds(database, fromUs, toUs, options), reading)
      : new Found(newestFirst ? found.rows.toReversed() : found.rows, reading);
  const queues: ConnectionQueue<C>[] = [first];
  const classes = CLOSED_CLASSES.filter((lifeClass) => found === undefined || lifeClass > found.lastClass);
  if (classes.length > 0) {
    const pages = new ClosedPages<R>(database, options, reading.columns);
    for (const lifeClass of classes) queues.push(new ClosedOnes(pages, lifeRange(lifeClass, fromUs, toUs), reading));
  }
  const sign = options.newestFirst === true ? -1 : 1;
  let waiting = queues.filter((queue) => queue.head !== undefined);
  while (waiting.length > 0) {
    const next = firstOf(waiting, sign);
    const connection = next.head;
    if (connection === undefined) return;
    // One that was open or in the tail when this began, and is covered since, is in two queues.
    if (next === first || !first.ids.has(connection.id)) yield connection;
    next.advance();
    if (next.head === undefined) waiting = waiting.filter((queue) => queue !== next);
  }
}

function firstOf<C extends LoggedConnection>(queues: readonly ConnectionQueue<C>[], sign: number): ConnectionQueue<C> {
  let [best] = queues as readonly [ConnectionQueue<C>];
  for (const queue of queues) {
    if (((queue.head?.openedUs ?? 0) - (best.head?.openedUs ?? 0)) * sign < 0) best = queue;
  }
  return best;
}

/** Connections in the order of their opening; `head` is the next one. */
interface ConnectionQueue<C> {
  readonly head: C | undefined;
  advance(): void;
}

/**
 * Those that were open or in the tail at the start, oldest or newest first: they may be closed, covered, and change class, while they
 * are read.
 */
function unsortedIds(
  database: Database.Database,
  fromUs: number,
  toUs: number,
  { condition = ALWAYS, newestFirst }: OrderOptions,
): readonly number[] {
  const direction = newestFirst === true ? 'DESC' : 'ASC';
  return database
    .prepare(
      `SELECT id, opened_us FROM socket WHERE ${OPEN_LIVES} AND (${condition.sql})
       UNION ALL SELECT id, opened_us FROM socket WHERE ${TAIL_LIVES} AND (${condition.sql})
       ORDER BY opened_us ${direction}, id ${direction}`,
    )
    .pluck()
    .all({ ...condition.params, fromUs, toUs }) as number[];
}

/** Those of rows that were read already, in their order. */
class Found<R extends OrderedRow, C> implements ConnectionQueue<C> {
  readonly ids: ReadonlySet<number>;
  head: C | undefined;
  private place = 0;

  constructor(
    private readonly rows: readonly R[],
    private readonly reading: Reading<R, C>,
  ) {
    this.ids = new Set(rows.map(([id]) => id));
    this.advance();
  }

  advance(): void {
    const row = this.rows[this.place++];
    this.head = row === undefined ? undefined : this.reading.connection(row);
  }
}

/** Those of known ids, in their order. */
class ById<R extends OrderedRow, C> implements ConnectionQueue<C> {
  readonly ids: ReadonlySet<number>;
  head: C | undefined;
  private readonly rest: Iterator<number>;
  private readonly statement: Database.Statement;

  constructor(
    database: Database.Database,
    ids: readonly number[],
    private readonly reading: Reading<R, C>,
  ) {
    this.ids = new Set(ids);
    this.rest = this.ids.values();
    this.statement = database.prepare(`SELECT ${reading.columns} FROM socket WHERE id = ?`).raw();
    this.advance();
  }

  advance(): void {
    for (;;) {
      const next = this.rest.next();
      this.head = undefined;
      if (next.done === true) return;
      const row = this.statement.get(next.value) as R | undefined;
      if (row === undefined) continue; // pruned meanwhile
      this.head = this.reading.connection(row);
      return;
    }
  }
}

/** Slots of `closed_life` that are next to each other. */
interface Slots {
  readonly earliestSlot: number;
  readonly latestSlot: number;
}

/** Those of one class of lifetimes, page by page: each has whole slots of `closed_life`, or a part of slots that hold very many. */
class ClosedOnes<R extends OrderedRow, C> implements ConnectionQueue<C> {
  head: C | undefined;
  private page: readonly R[] = [];
  private place = 0;
  private rows = FIRST_ROWS;
  /** The slots that are left. */
  private first: number;
  private last: number;
  /** Of slots that hold very many: the ids of those that are left, the next one last. */
  private rest: number[] = [];

  constructor(
    private readonly pages: ClosedPages<R>,
    private readonly range: LifeRange,
    private readonly reading: Reading<R, C>,
  ) {
    [this.first, this.last] = [range.earliestSlot, range.latestSlot];
    this.advance();
  }

  advance(): void {
    while (this.place >= this.page.length && (this.rest.length > 0 || this.first <= this.last)) this.turn();
    const row = this.page[this.place++];
    this.head = row === undefined ? undefined : this.reading.connection(row);
  }

  private turn(): void {
    this.place = 0;
    if (this.rest.length > 0) this.page = this.pages.withIds(this.rest.splice(-MANY));
    else this.turnToSlots();
  }

  private turnToSlots(): void {
    const slots = this.nextSlots();
    this.page = [];
    if (slots === undefined) return;
    const range = { ...this.range, ...slots };
    this.page = this.pages.pageOf(range);
    const row = this.page.at(-1);
    if (row !== undefined && this.page.length >= LARGEST_PAGE) this.rest = this.pages.idsBehind(row, range);
    if (this.page.length < FEW) this.rows = Math.min(MOST_ROWS, this.rows * 4);
    else if (this.page.length > MANY) this.rows = Math.max(1, Math.floor(this.rows / 2));
  }

  private nextSlots(): Slots | undefined {
    const { atOnce, newestFirst } = this.pages;
    const left = { earliestSlot: this.first, latestSlot: this.last };
    const edge = atOnce ? null : this.pages.edgeOf({ ...this.range, ...left }, this.rows);
    if (edge === null) {
      [this.first, this.last] = [1, 0];
      return atOnce ? left : undefined;
    }
    if (newestFirst) {
      this.last = edge - 1;
      return { ...left, earliestSlot: edge };
    }
    this.first = edge + 1;
    return { ...left, latestSlot: edge };
  }
}
