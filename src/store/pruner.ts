import type Database from 'better-sqlite3';
import { ClosedSweep } from './closed-sweep.js';
import { ConnectionRemoval, type PruneReason } from './connection-removal.js';

export interface Bounds {
  /** How long a closed connection is kept after its end, microseconds. */
  readonly retainUs: number | undefined;
  /** How large the file may be, bytes; its write-ahead log is not counted. */
  readonly maxBytes: number | undefined;
}

export interface PruneOptions extends Bounds {
  /** Free pages that are left in the file for what comes next; 0: it becomes as small as it can. */
  readonly sparePages: number;
}

/** Time that one transaction should take, milliseconds: the number of its rows follows it. */
const TRANSACTION_MS = 8;
const MOST_ROWS = 2_000;
const FEWEST_ROWS = 8;
const PAGES_A_STEP = 32;
/** How far on a pass over what closed goes when the file is too large, microseconds: as far as gives about this many rows. */
const FIRST_STRIDE_US = 1_000_000;
const ROWS_A_PASS = 20_000;

/**
 * Keeps a database within bounds, in small transactions: what closed first goes first, with all its rows; then the file
 * shrinks. Open connections and their whole history stay. It works on the recorder's own handle, between two of its commits.
 */
export class Pruner {
  private readonly sweep: ClosedSweep;
  private readonly removal: ConnectionRemoval;
  private readonly database: Database.Database;
  private reason: PruneReason | undefined;
  private throughUs = Number.NEGATIVE_INFINITY;
  private sizeThroughUs = Number.NEGATIVE_INFINITY;
  private strideUs = FIRST_STRIDE_US;
  private rows = 200;
  private inPass = 0;
  private timeDone = true;
  private readonly pageSize: number;
  /** Connections taken out so far. */
  removed = 0;
  /** The longest transaction so far, milliseconds. */
  longestMs = 0;

  constructor(
    database: Database.Database,
    private readonly options: PruneOptions,
  ) {
    this.database = database;
    this.sweep = new ClosedSweep(database);
    this.removal = new ConnectionRemoval(database);
    this.pageSize = this.pragma('page_size');
  }

  /** Works for about `budgetMs`; true when there is nothing left to do at `nowUs`. */
  work(nowUs: number, budgetMs: number): boolean {
    const endMs = performance.now() + budgetMs;
    if (this.reason === undefined && !this.beginPass(nowUs)) return this.shrink(endMs);
    while (performance.now() < endMs) {
      if (this.reason === undefined) return false;
      this.slice(nowUs, this.reason);
    }
    return false;
  }

  /** Bytes of the file that hold something. */
  usedBytes(): number {
    return (this.pragma('page_count') - this.pragma('freelist_count')) * this.pageSize;
  }

  /** True where the file is too large and nothing closed is left to take out. */
  get cannotShrink(): boolean {
    return this.tooLarge() && this.sweep.earliestCloseUs() === undefined;
  }

  private beginPass(nowUs: number): boolean {
    const { retainUs } = this.options;
    const retained = retainUs === undefined ? Number.NEGATIVE_INFINITY : nowUs - retainUs;
    if (retained > this.throughUs) {
      this.begin('retain', retained);
      return true;
    }
    if (!this.tooLarge()) return false;
    const earliestUs = this.sweep.earliestCloseUs();
    if (earliestUs === undefined || this.sizeThroughUs >= nowUs) return false;
    this.sizeThroughUs = Math.min(nowUs, Math.max(this.sizeThroughUs, this.throughUs, earliestUs) + this.strideUs);
    this.begin('max-size', this.sizeThroughUs);
    return true;
  }

  private begin(reason: PruneReason, throughUs: number): void {
    this.reason = reason;
    this.throughUs = throughUs;
    this.inPass = 0;
    this.timeDone = false;
    this.sweep.begin(throughUs);
  }

  /** One transaction. */
  private slice(nowUs: number, reason: PruneReason): void {
    const startMs = performance.now();
    const { rows } = this;
    this.database.transaction(() => (this.sweep.done ? this.sliceOfTime() : this.sliceOfConnections(nowUs, reason)))();
    const tookMs = performance.now() - startMs;
    this.longestMs = Math.max(this.longestMs, tookMs);
    if (tookMs > TRANSACTION_MS) this.rows = Math.max(FEWEST_ROWS, Math.floor(rows / 2));
    else if (tookMs > TRANSACTION_MS / 4)
      this.rows = Math.max(FEWEST_ROWS, Math.floor((rows * TRANSACTION_MS) / 2 / tookMs));
    if (this.sweep.done && this.timeDone) this.endPass();
  }

  private sliceOfConnections(nowUs: number, reason: PruneReason): void {
    const { due, seen } = this.sweep.next(this.rows);
    const ids = due.map((row) => row.id);
    this.removal.remove(ids, this.throughUs, nowUs, reason);
    this.removed += ids.length;
    this.inPass += ids.length;
    if (seen === this.rows) this.rows = Math.min(MOST_ROWS, this.rows + 16);
  }

  private sliceOfTime(): void {
    this.timeDone = this.removal.removeTime(this.throughUs, this.rows) === 0;
  }

  private endPass(): void {
    if (this.reason === 'max-size') {
      if (this.inPass < ROWS_A_PASS / 4) this.strideUs *= 2;
      else if (this.inPass > ROWS_A_PASS) this.strideUs = Math.max(1, Math.floor(this.strideUs / 2));
    }
    this.reason = undefined;
  }

  private tooLarge(): boolean {
    return this.options.maxBytes !== undefined && this.usedBytes() > this.options.maxBytes;
  }

  /** Gives free pages back to the file system; true when no more are to be given. */
  private shrink(endMs: number): boolean {
    while (this.pagesToGive() > 0) {
      if (performance.now() >= endMs) return false;
      const startMs = performance.now();
      const before = this.pragma('freelist_count');
      this.database.exec(`PRAGMA incremental_vacuum(${Math.min(PAGES_A_STEP, this.pagesToGive())})`);
      this.longestMs = Math.max(this.longestMs, performance.now() - startMs);
      if (this.pragma('freelist_count') >= before) return true;
    }
    return true;
  }

  private pagesToGive(): number {
    const pages = this.pragma('page_count');
    const free = this.pragma('freelist_count');
    const tooMany = this.options.maxBytes === undefined ? 0 : pages - Math.floor(this.options.maxBytes / this.pageSize);
    return Math.min(free, Math.max(tooMany, free - this.options.sparePages));
  }

  private pragma(name: string): number {
    return Number(this.database.pragma(name, { simple: true }));
  }
}
