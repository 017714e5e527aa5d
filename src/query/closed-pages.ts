/** Pages of closed connections in the order of their opening, by the slots of `closed_life`. */
import type Database from 'better-sqlite3';
import { ALWAYS, type Condition } from '../model/condition.js';
import { CLOSED_SOCKETS } from '../store/lives-layout.js';
import { readsPreviousSchema } from '../store/previous-schema.js';
import { type LoggedValues, OPENED_AT, type SocketValues } from '../store/socket-columns.js';
import { CLOSED_LIVES, type LifeRange } from './lives.js';

/** Connections of a page at most. One slot can have many more: what the first dump of a busy host found. */
export const LARGEST_PAGE = 1_024;

/** What both kinds of rows begin with. */
export type OrderedRow = SocketValues | LoggedValues;

export interface OrderOptions {
  readonly condition?: Condition | undefined;
  /** The latest opened first. */
  readonly newestFirst?: boolean;
}

/** One statement of each kind serves all classes. */
export class ClosedPages<R extends OrderedRow> {
  readonly newestFirst: boolean;
  /** A page of slots would cost as much as all of them. */
  readonly atOnce: boolean;
  private readonly edge: Database.Statement;
  private readonly page: Database.Statement;
  private readonly restIds: Database.Statement;
  private readonly byIds: Database.Statement;
  private readonly params: Condition['params'];

  constructor(database: Database.Database, { condition = ALWAYS, newestFirst = false }: OrderOptions, columns: string) {
    const [direction, opposite, beyond] = newestFirst ? ['DESC', 'ASC', '<'] : ['ASC', 'DESC', '>'];
    this.newestFirst = newestFirst;
    this.atOnce = readsPreviousSchema(database);
    this.params = condition.params;
    this.edge = database
      .prepare(
        `SELECT ${newestFirst ? 'min' : 'max'}(slot) FROM (SELECT slot FROM closed_life
           WHERE class = @lifeClass AND slot BETWEEN @earliestSlot AND @latestSlot AND to_us >= @fromUs
           ORDER BY slot ${direction} LIMIT @rows)`,
      )
      .pluck();
    const lives = `FROM ${CLOSED_SOCKETS} WHERE ${CLOSED_LIVES} AND (${condition.sql})`;
    const order = `ORDER BY opened_us ${direction}, id ${direction}`;
    this.page = database.prepare(`SELECT ${columns} ${lives} ${order} LIMIT ${LARGEST_PAGE}`).raw();
    this.restIds = database
      .prepare(
        `SELECT id ${lives} AND (opened_us, id) ${beyond} (@lastUs, @lastId)
         ORDER BY opened_us ${opposite}, id ${opposite}`,
      )
      .pluck();
    this.byIds = database
      .prepare(`SELECT ${columns} FROM socket WHERE id IN (SELECT value FROM json_each(?)) ${order}`)
      .raw();
  }

  /** The last of the next slots, of so many rows of `closed_life`; null: they have no row. */
  edgeOf(range: LifeRange, rows: number): number | null {
    return this.edge.get({ ...range, rows }) as number | null;
  }

  /** The first of those slots, LARGEST_PAGE at most. */
  pageOf(range: LifeRange): readonly R[] {
    return this.page.all({ ...this.params, ...range }) as R[];
  }

  /** The ids of those behind one of them, the next one last. */
  idsBehind(row: R, range: LifeRange): number[] {
    return this.restIds.all({ ...this.params, ...range, lastUs: row[OPENED_AT], lastId: row[0] }) as number[];
  }

  withIds(ids: readonly number[]): readonly R[] {
    return this.byIds.all(JSON.stringify(ids)) as R[];
  }
}
