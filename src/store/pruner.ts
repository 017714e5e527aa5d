import type Database from 'better-sqlite3';
import type { PruneReason } from '../model/history-rows.js';
import { ClosedSweep } from './closed-sweep.js';
import { ClosingRemoval } from './closing-removal.js';
import { ConnectionRemoval } from './connection-removal.js';
import { NameSweep } from './name-sweep.js';
import { keptSeq, readShipMarks, shipDirectory } from './ship-marks.js';

export interface Bounds {
  /** How long a closed connection is kept after its end, microseconds. */
  readonly retainUs: number | undefined;
  /** How large the file may be, bytes; its write-ahead log is not counted. */
  readonly maxBytes: number | undefined;
}

interface PruneOptions extends Bounds {
  /** Free pages to leave in the file for new data; 0: the file becomes as small as possible. */
  readonly sparePages: number;
  /** More passes follow: what one leaves near its bound, the next one deletes, which costs less. */
  readonly repeated?: boolean;
  /** Where `sstory ship` keeps how far it came; by default `ship` beside the database. */
  readonly shipDirectory?: string | undefined;
}

/** Time that one transaction should take, milliseconds: the number of its rows is adapted to it. */
const TRANSACTION_MS = 8;
/** Connections, and as many rows that belong to them. */
const MOST_ROWS = 2_000;
const FEWEST_ROWS = 8;
const PAGES_A_STEP = 32;
/** When the file is too large, each pass deletes at least this part of the history's period. */
const LEAST_STRIDE = 1 / 256;

/**
 * Keeps a database within bounds, in small transactions: deletes the oldest closed connections first, with all their rows,
 * then shrinks the file. Open connections stay with their whole history. It uses the recorder's handle, between two commits.
 */
export class Pruner {
  private readonly sweep: ClosedSweep;
  private readonly names: NameSweep;
  private readonly removal: ConnectionRemoval;
  private readonly database: Database.Database;
  private reason: PruneReason | undefined;
  private throughUs = Number.NEGATIVE_INFINITY;
  private sizeThroughUs = Number.NEGATIVE_INFINITY;
  private retainedUs = Number.NEGATIVE_INFINITY;
  /** The last time by which a connection can have closed: a TIME-WAIT whose end is later is open, as readers see it. */
  private endUs = Number.POSITIVE_INFINITY;
  private rows = 200;
  /** Connections that are due, and still have rows. */
  private pending: readonly number[] = [];
  private timeDone = true;
  private readonly closings: ClosingRemoval;
  private closingsDone = true;
  private readonly pageSize: number;
  private readonly lastRecorded: Database.Statement;
  /** Connections deleted so far. */
  removed = 0;
  /** The longest transaction so far, milliseconds. */
  longestMs = 0;

  constructor(
    database: Database.Database,
    private readonly options: PruneOptions,
  ) {
    this.database = database;
    this.sweep = new ClosedSweep(database);
    this.names = new NameSweep(database);
    this.removal = new ConnectionRemoval(database);
    this.pageSize = this.pragma('page_size');
    this.lastRecorded = database.prepare('SELECT max(last_us) FROM runs').pluck();
    const directory = options.shipDirectory ?? shipDirectory(database.name);
    const uuid = database.prepare('SELECT uuid FROM file').pluck();
    this.closings = new ClosingRemoval(database, () => keptSeq(readShipMarks(directory, String(uuid.get()))));
  }

  /** Works for about `budgetMs`. Returns true when nothing is left to do at `nowUs`. */
  work(nowUs: number, budgetMs: number): boolean {
    const endMs = performance.now() + budgetMs;
    this.endUs = Math.min(nowUs, (this.lastRecorded.get() as number | null) ?? nowUs);
    do {
      const reason = this.workToDo(nowUs);
      if (reason === undefined) return this.shrink(endMs);
      this.slice(nowUs, reason);
    } while (performance.now() < endMs);
    return false;
  }

  /** Bytes of the file in use. */
  usedBytes(): number {
    return (this.pragma('page_count') - this.pragma('freelist_count')) * this.pageSize;
  }

  /** True if the file is too large and no closed connections are left. */
  get cannotShrink(): boolean {
    if (!this.tooLarge()) return false;
    const hasLooked = this.reason === undefined && this.sizeThroughUs >= this.endUs;
    return hasLooked || this.sweep.earliestCloseUs() === undefined;
  }

  private workToDo(nowUs: number): PruneReason | undefined {
    const { retainUs } = this.options;
    const retained = retainUs === undefined ? Number.NEGATIVE_INFINITY : Math.min(this.endUs, nowUs - retainUs);
    if (this.reason !== 'retain' && retained > this.retainedUs) {
      this.retainedUs = retained;
      this.begin('retain', retained, this.options.repeated !== true);
    }
    if (this.reason === undefined) this.beginForSize();
    return this.rests() ? undefined : this.reason;
  }

  /** A pass by size pauses when the file is small enough, and resumes at the same place when it grows: so it reaches every life class. */
  private rests(): boolean {
    return this.reason === 'max-size' && this.pending.length === 0 && !this.tooLarge();
  }

  /** Half of what must go, assuming that data is spread evenly over time: the closer to the goal, the smaller the stride. */
  private beginForSize(): void {
    const { endUs } = this;
    const { maxBytes = 0 } = this.options;
    if (!this.tooLarge()) return;
    const earliestUs = this.sweep.earliestCloseUs();
    if (earliestUs === undefined || this.sizeThroughUs >= endUs) return;
    const share = Math.max(LEAST_STRIDE, (1 - maxBytes / this.usedBytes()) / 2);
    const strideUs = Math.ceil((endUs - earliestUs) * share);
    this.sizeThroughUs = Math.min(endUs, Math.max(this.sizeThroughUs, earliestUs) + strideUs);
    // Exact at the end: no later pass would delete the rest.
    this.begin('max-size', this.sizeThroughUs, this.sizeThroughUs === endUs);
  }

  private begin(reason: PruneReason, throughUs: number, exact = false): void {
    this.reason = reason;
    this.throughUs = throughUs;
    this.timeDone = false;
    this.closingsDone = false;
    this.pending = [];
    this.sweep.begin(throughUs, exact);
    this.names.begin(throughUs);
  }

  /** One transaction. */
  private slice(nowUs: number, reason: PruneReason): void {
    const startMs = performance.now();
    const { rows } = this;
    this.database.transaction(() => this.step(nowUs, reason))();
    const tookMs = performance.now() - startMs;
    this.longestMs = Math.max(this.longestMs, tookMs);
    if (tookMs > TRANSACTION_MS) this.rows = bounded(rows / 2);
    else if (tookMs > TRANSACTION_MS / 4) this.rows = bounded((rows * TRANSACTION_MS) / 2 / tookMs);
    if (this.sweep.done && this.pending.length === 0 && this.timeDone && this.names.done) this.reason = undefined;
  }

  private step(nowUs: number, reason: PruneReason): void {
    if (!this.closingsDone) this.closingsDone = this.closings.remove(this.throughUs);
    else if (this.pending.length > 0) this.removePending(nowUs, reason);
    else if (!this.sweep.done) this.takeNext(nowUs, reason);
    else if (!this.timeDone) this.timeDone = this.removal.removeTime(this.throughUs, this.rows);
    else this.names.next(this.rows);
  }

  private takeNext(nowUs: number, reason: PruneReason): void {
    const { due, seen } = this.sweep.next(this.rows);
    this.pending = due;
    this.removePending(nowUs, reason);
    if (seen === this.rows) this.rows = bounded(this.rows + 16);
  }

  private removePending(nowUs: number, reason: PruneReason): void {
    const { pending, throughUs } = this;
    if (!this.removal.remove({ ids: pending, throughUs, nowUs, reason }, Math.max(this.rows, pending.length))) return;
    this.removed += pending.length;
    this.pending = [];
  }

  private tooLarge(): boolean {
    return this.options.maxBytes !== undefined && this.usedBytes() > this.options.maxBytes;
  }

  /** Returns free pages to the file system; true when no more are due. */
  private shrink(endMs: number): boolean {
    while (this.pagesToFree() > 0) {
      if (performance.now() >= endMs) return false;
      const startMs = performance.now();
      const before = this.pragma('freelist_count');
      this.database.exec(`PRAGMA incremental_vacuum(${Math.min(PAGES_A_STEP, this.pagesToFree())})`);
      this.longestMs = Math.max(this.longestMs, performance.now() - startMs);
      if (this.pragma('freelist_count') >= before) return true;
    }
    return true;
  }

  private pagesToFree(): number {
    const pages = this.pragma('page_count');
    const free = this.pragma('freelist_count');
    const tooMany = this.options.maxBytes === undefined ? 0 : pages - Math.floor(this.options.maxBytes / this.pageSize);
    return Math.min(free, Math.max(tooMany, free - this.options.sparePages));
  }

  private pragma(name: string): number {
    return Number(this.database.pragma(name, { simple: true }));
  }
}

function bounded(rows: number): number {
  return Math.max(FEWEST_ROWS, Math.min(MOST_ROWS, Math.floor(rows)));
}
