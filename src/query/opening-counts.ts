/** How many connections were opened, and how many failed, in each of many buckets of time. */
import type Database from 'better-sqlite3';
import { ALWAYS, type Condition } from '../model/condition.js';
import { type CloseReason, codeOfCloseReason } from '../model/stored-codes.js';
import { CLOSED_SOCKETS } from '../store/lives-layout.js';
import { oneMoment } from './history-facts.js';
import { CLOSED_CLASSES, CLOSED_LIVES, lifeRange, OPEN_LIVES, TAIL_LIVES } from './lives.js';

/** From `fromUs` on, `count` of them, `stepUs` long each. */
export interface Buckets {
  readonly fromUs: number;
  readonly stepUs: number;
  readonly count: number;
}

export interface OpeningCounts {
  readonly opened: readonly number[];
  /** Of those that ended otherwise than in order. */
  readonly failed: readonly number[];
}

const IN_ORDER: readonly CloseReason[] = ['unknown', 'orderly'];
const ORDERLY_CODES: ReadonlySet<number> = new Set(IN_ORDER.map(codeOfCloseReason));

type Row = [openedUs: number, closedUs: number | null, reason: number | null];

/** Counts in each bucket. */
export function openingCounts(
  database: Database.Database,
  { fromUs, stepUs, count }: Buckets,
  { sql, params }: Condition = ALWAYS,
): OpeningCounts {
  using _moment = oneMoment(database);
  const opened = new Array<number>(count).fill(0);
  const failed = new Array<number>(count).fill(0);
  const add = (counts: number[], us: number) => {
    const place = Math.floor((us - fromUs) / stepUs);
    if (place >= 0 && place < count) counts[place] = (counts[place] ?? 0) + 1;
  };
  const window = { fromUs, toUs: fromUs + stepUs * count - 1 };
  const read = (from: string, range: object) => {
    const rows = database
      .prepare(`SELECT opened_us, closed_us, close_reason FROM ${from} AND (${sql})`)
      .raw()
      .iterate({ ...params, ...range }) as IterableIterator<Row>;
    for (const [openedUs, closedUs, reason] of rows) {
      add(opened, openedUs);
      if (closedUs !== null && reason !== null && !ORDERLY_CODES.has(reason)) add(failed, closedUs);
    }
  };
  for (const lives of [OPEN_LIVES, TAIL_LIVES]) read(`socket WHERE ${lives}`, window);
  for (const lifeClass of CLOSED_CLASSES)
    read(`${CLOSED_SOCKETS} WHERE ${CLOSED_LIVES}`, lifeRange(lifeClass, window.fromUs, window.toUs));
  return { opened, failed };
}
