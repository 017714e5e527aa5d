import type Database from 'better-sqlite3';
import type { Connection } from '../model/connection.js';
import {
  CONNECTION_COLUMNS,
  connectionOfValues,
  LAST_CLASS,
  longestLifeUs,
  OPEN_CLASS,
  type SocketValues,
} from '../store/index.js';
import { ALWAYS, type Condition } from './connections-between.js';
import { connectionsByPorts } from './connections-by-ports.js';

/** Rows read at a time of one class: few at first, so that the first connection is there at once. */
const FIRST_PAGE = 16;
const LARGEST_PAGE = 2_048;
/** Where CONNECTION_COLUMNS has opened_us. */
const OPENED = 8;

export interface OrderOptions {
  readonly condition?: Condition | undefined;
  /** The latest opened first. */
  readonly newestFirst?: boolean;
}

/**
 * The connections that existed at some time from `fromUs` to `toUs` (inclusive), in the order of their opening. Each is
 * read once. It is read in pages, with no transaction open in between: a reader that takes its time does not keep the
 * recorder's write-ahead log from being folded into the file. What opens meanwhile is not among them.
 */
export function* connectionsInOrder(
  database: Database.Database,
  fromUs: number,
  toUs: number,
  options: OrderOptions = {},
): Generator<Connection> {
  const { condition = ALWAYS, newestFirst = false } = options;
  // First: one that is closed between the two questions must be in the answer to one of them.
  const openFirst = condition.ports === 'remote' ? openIds(database, toUs, options) : undefined;
  const found = connectionsByPorts(database, fromUs, toUs, condition);
  const isFound = (lifeClass: number) =>
    found !== undefined && lifeClass >= found.classes.first && lifeClass <= found.classes.last;
  const open = new ById(database, isFound(OPEN_CLASS) ? [] : (openFirst ?? openIds(database, toUs, options)));
  const runs: Run[] = [open];
  if (found !== undefined) runs.push(new Found(newestFirst ? found.rows.toReversed() : found.rows));
  for (let lifeClass = OPEN_CLASS + 1; lifeClass <= LAST_CLASS; lifeClass++) {
    if (!isFound(lifeClass)) runs.push(new ClosedOnes(database, lifeClass, fromUs, toUs, options));
  }
  const sign = options.newestFirst === true ? -1 : 1;
  let live = runs.filter((run) => run.head !== undefined);
  while (live.length > 0) {
    const next = firstOf(live, sign);
    const connection = next.head;
    if (connection === undefined) return;
    // One that was open when this began and has been closed since is in two runs.
    if (next === open || !open.ids.has(connection.id)) yield connection;
    next.advance();
    if (next.head === undefined) live = live.filter((run) => run !== next);
  }
}

function firstOf(runs: readonly Run[], sign: number): Run {
  let [best] = runs as readonly [Run];
  for (const run of runs) {
    if (((run.head?.openedUs ?? 0) - (best.head?.openedUs ?? 0)) * sign < 0) best = run;
  }
  return best;
}

/** Connections in the order of their opening; `head` is the next one. */
interface Run {
  readonly head: Connection | undefined;
  advance(): void;
}

/** Those that were open at the start, oldest or newest first: they may be closed, and change class, while they are read. */
function openIds(
  database: Database.Database,
  toUs: number,
  { condition = ALWAYS, newestFirst }: OrderOptions,
): readonly number[] {
  const direction = newestFirst === true ? 'DESC' : 'ASC';
  return database
    .prepare(
      `SELECT id FROM socket WHERE life_class = ${OPEN_CLASS} AND opened_us <= @toUs AND (${condition.sql})
         ORDER BY opened_us ${direction}, id ${direction}`,
    )
    .pluck()
    .all({ ...condition.params, toUs }) as number[];
}

/** Those of rows that were read already, in their order. */
class Found implements Run {
  head: Connection | undefined;
  private place = 0;

  constructor(private readonly rows: readonly SocketValues[]) {
    this.advance();
  }

  advance(): void {
    const row = this.rows[this.place++];
    this.head = row === undefined ? undefined : connectionOfValues(row);
  }
}

/** Those of known ids, in their order. */
class ById implements Run {
  readonly ids: ReadonlySet<number>;
  head: Connection | undefined;
  private readonly rest: Iterator<number>;
  private readonly statement: Database.Statement;

  constructor(database: Database.Database, ids: readonly number[]) {
    this.ids = new Set(ids);
    this.rest = this.ids.values();
    this.statement = database.prepare(`SELECT ${CONNECTION_COLUMNS} FROM socket WHERE id = ?`).raw();
    this.advance();
  }

  advance(): void {
    for (;;) {
      const next = this.rest.next();
      this.head = undefined;
      if (next.done === true) return;
      const row = this.statement.get(next.value) as SocketValues | undefined;
      if (row === undefined) continue; // pruned meanwhile
      this.head = connectionOfValues(row);
      return;
    }
  }
}

/** Those of one class of lifetimes, page by page. */
class ClosedOnes implements Run {
  head: Connection | undefined;
  private page: readonly SocketValues[] = [];
  private place = 0;
  private size = FIRST_PAGE;
  private atEnd = false;
  private readonly statement: Database.Statement;
  private readonly params: Record<string, string | number>;
  private readonly moving: 'earliestUs' | 'latestUs';
  private last: { readonly lastUs: number; readonly lastId: number };

  constructor(
    database: Database.Database,
    lifeClass: number,
    fromUs: number,
    toUs: number,
    { condition = ALWAYS, newestFirst }: OrderOptions,
  ) {
    const [direction, beyond] = newestFirst === true ? ['DESC', '<'] : ['ASC', '>'];
    this.statement = database
      .prepare(
        `SELECT ${CONNECTION_COLUMNS} FROM socket WHERE life_class = @lifeClass AND opened_us BETWEEN @earliestUs AND @latestUs
         AND (opened_us, id) ${beyond} (@lastUs, @lastId) AND closed_us >= @fromUs AND (${condition.sql})
         ORDER BY opened_us ${direction}, id ${direction} LIMIT @size`,
      )
      .raw();
    const earliestUs = fromUs - longestLifeUs(lifeClass);
    this.params = { ...condition.params, lifeClass, earliestUs, latestUs: toUs, fromUs };
    this.moving = newestFirst === true ? 'latestUs' : 'earliestUs';
    this.last = newestFirst === true ? { lastUs: toUs + 1, lastId: 0 } : { lastUs: earliestUs - 1, lastId: 0 };
    this.advance();
  }

  advance(): void {
    if (this.place >= this.page.length) this.turn();
    const row = this.page[this.place++];
    this.head = row === undefined ? undefined : connectionOfValues(row);
  }

  private turn(): void {
    this.place = 0;
    this.page = [];
    if (this.atEnd) return;
    this.page = this.statement.all({ ...this.params, ...this.last, size: this.size }) as SocketValues[];
    this.atEnd = this.page.length < this.size;
    this.size = Math.min(LARGEST_PAGE, this.size * 2);
    const row = this.page.at(-1);
    if (row === undefined) return;
    this.last = { lastUs: row[OPENED], lastId: row[0] };
    this.params[this.moving] = row[OPENED];
  }
}
