/**
 * The order in which connections ended, as far as the history knows: the table `closings`. Each ended connection has a number, from 1
 * without a hole; a row is one commit. What copies the history to another place (`sstory ship`) needs no more than the number up to
 * which it came: a connection that opened early and ended late has a late number, whatever its id is.
 */
import type Database from 'better-sqlite3';
import { stepCount } from '../model/connection.js';
import { damaged } from '../model/error.js';
import type { ChangedConnection, HistoryBatch } from '../model/history-batch.js';
import { FORESEEN } from '../model/stored-codes.js';
import { jsonOfIntegers } from '../model/text-buffer.js';
import { OPEN_CLASS } from './life-class.js';
import { REACHED_US } from './socket-columns.js';

/** One commit: the connections numbered `seq - count + 1` to `seq`. */
export interface Closing {
  readonly seq: number;
  readonly count: number;
  /** The run that found them ended. */
  readonly run: number;
  /** Wall time of the commit, microseconds. */
  readonly atUs: number;
  /** Up to when the history was complete with it, microseconds; 0: not known. */
  readonly throughUs: number;
  /** In the order of their numbers. */
  readonly ids: readonly number[];
}

/** The columns of a row of CLOSING_COLUMNS. */
export type ClosingValues = readonly [
  seq: number,
  count: number,
  run: number,
  at_us: number,
  through_us: number,
  ids: string,
];

export const CLOSING_COLUMNS = 'seq, count, run, at_us, through_us, ids';

const INSERT = `
INSERT INTO closings (${CLOSING_COLUMNS})
SELECT coalesce(max(seq), 0) + @count, @count, coalesce(@run, (SELECT max(id) FROM runs), 0), @atUs,
  max(@throughUs, coalesce((SELECT through_us FROM closings ORDER BY seq DESC LIMIT 1), 0)), @ids
FROM closings`;

/** Connections that an import or a migration numbers at once. */
const PAGE = 8_192;

/** The condition for a row of `socket` to have ended, also by what the last run has reached. */
export const HAS_ENDED = `life_class > ${OPEN_CLASS} AND NOT (closed_source = ${FORESEEN} AND closed_us > coalesce(${REACHED_US}, 0))`;

const PAGE_SQL = `
SELECT id, closed_us, coalesce((SELECT max(r.id) FROM runs r WHERE r.started_us <= closed_us), 0)
FROM socket WHERE id > ? AND ${HAS_ENDED} ORDER BY id LIMIT ${PAGE}`;

/** Numbers connections as they end. */
export class Closings {
  private readonly insert: Database.Statement;
  private page: Database.Statement | undefined;
  private filledId = Number.MIN_SAFE_INTEGER;
  private readonly batchNumbers = new WeakMap<HistoryBatch, number>();
  private lastBatch = 0;

  constructor(private readonly database: Database.Database) {
    this.insert = database.prepare(INSERT);
  }

  /** To be called in the transaction that writes the batch. */
  follow(batch: HistoryBatch, nowUs: number): void {
    const ids = [...(batch.reached?.ids ?? [])];
    const by = this.numberOf(batch);
    for (const change of batch.connections)
      if (hasEnded(change) && this.isFirst(change, by)) ids.push(change.connection.id);
    this.add(ids, { atUs: nowUs, throughUs: batch.throughUs });
  }

  /**
   * False: an earlier batch had its end. One that waited for the database has connections that ended after it was made. A batch whose
   * transaction failed is written again, and counts again.
   */
  private isFirst({ connection }: ChangedConnection, batch: number): boolean {
    connection.numberedBy ??= batch;
    return connection.numberedBy === batch;
  }

  private numberOf(batch: HistoryBatch): number {
    let number = this.batchNumbers.get(batch);
    if (number === undefined) {
      number = ++this.lastBatch;
      this.batchNumbers.set(batch, number);
    }
    return number;
  }

  /** Numbers these connections next, in the order of their ids. `run`: undefined for the last one. */
  add(ids: number[], { atUs, throughUs, run }: { atUs: number; throughUs: number; run?: number }): void {
    if (ids.length === 0) return;
    this.insert.run({ count: ids.length, run: run ?? null, atUs, throughUs, ids: encodeIds(ids) });
  }

  /**
   * Numbers what has ended in a database whose connections were not written by a recorder (an import, a migration), a page of them, with
   * the time of the last end in place of that of a commit. To be called in a transaction, until it returns false.
   */
  fillNext(): boolean {
    this.page ??= this.database.prepare(PAGE_SQL).raw();
    const rows = this.page.all(this.filledId) as [id: number, closedUs: number, run: number][];
    this.filledId = rows.at(-1)?.[0] ?? this.filledId;
    const isLast = rows.length < PAGE;
    const atUs = rows.reduce((latest, [, closedUs]) => Math.max(latest, closedUs), 0);
    const runs = [...new Set(rows.map((row) => row[2]))];
    for (const [index, run] of runs.entries()) {
      const ids = rows.filter((row) => row[2] === run).map(([id]) => id);
      this.add(ids, { atUs, throughUs: isLast && index === runs.length - 1 ? this.reachedUs() : 0, run });
    }
    return !isLast;
  }

  private reachedUs(): number {
    return (this.database.prepare(`SELECT ${REACHED_US}`).pluck().get() as number | null) ?? 0;
  }
}

/** Whether a change is the end of a connection. One that ended may be written again later, with what was reported of it since. */
function hasEnded({ connection, isNew, firstNewStep }: ChangedConnection): boolean {
  return connection.closedUs !== undefined && (isNew || firstNewStep < stepCount(connection));
}

/** A JSON array: the lowest id, then how much higher each next one is. */
function encodeIds(ids: number[]): string {
  ids.sort((one, other) => one - other);
  return jsonOfIntegers(ids.map((id, at) => id - (ids[at - 1] ?? 0)));
}

/** @throws SstoryError `damaged` */
export function closingOf([seq, count, run, atUs, throughUs, text]: ClosingValues): Closing {
  let steps: unknown;
  try {
    steps = JSON.parse(text);
  } catch (cause) {
    throw damaged(`the list of connections that ended (${seq})`, cause);
  }
  if (!Array.isArray(steps) || steps.length !== count || !steps.every(Number.isSafeInteger))
    throw damaged(`the list of connections that ended (${seq})`);
  let id = 0;
  const ids = (steps as number[]).map((step) => {
    id += step;
    return id;
  });
  return { seq, count, run, atUs, throughUs, ids };
}
