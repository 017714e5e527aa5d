import type Database from 'better-sqlite3';
import { isFull } from './store-error.js';

/** Bytes of the write-ahead log between two checkpoints. */
const LOG_BYTES = 16 << 20;
/** The same where bounds are kept: a checkpoint of 16 MiB that pruning filled took up to 70 ms. */
const LOG_BYTES_WITH_BOUNDS = 2 << 20;
/** A host that loses its power loses no more than this, milliseconds. */
const LONGEST_MS = 60_000;

interface LogCount {
  /** Pages in the log; those of a log that is written over are not counted. */
  readonly log: number;
}

/**
 * Copies the write-ahead log into the file, and waits until the disk has it. SQLite's own checkpoints after a commit ignore a disk
 * that fails; these report it, and know up to when the history is safe.
 */
export class Checkpoints {
  /** A checkpoint that copies nothing: it only counts (SQLite 3.51). */
  private readonly count: Database.Statement<[], LogCount>;
  private readonly most: number;
  private base = 0;
  private lastMs = performance.now();
  private safeUs: number;

  /** `startUs`: the wall time at which the run starts, microseconds. @throws what SQLite reports */
  constructor(
    private readonly database: Database.Database,
    { startUs, bounded }: { readonly startUs: number; readonly bounded: boolean },
  ) {
    const logBytes = bounded ? LOG_BYTES_WITH_BOUNDS : LOG_BYTES;
    this.count = database.prepare('PRAGMA wal_checkpoint(NOOP)');
    this.most = logBytes / Number(database.pragma('page_size', { simple: true }));
    this.safeUs = startUs;
    database.pragma('wal_autocheckpoint = 0');
    // Its file is written over. It is cut off only where a reader has kept it from that for long.
    database.pragma(`journal_size_limit = ${2 * logBytes}`);
    this.run(startUs);
  }

  /** Wall time up to which the disk has the history, microseconds. */
  get throughUs(): number {
    return this.safeUs;
  }

  /** To be called after a commit that completes the history up to `throughUs`. @throws what SQLite reports, except a full disk */
  after(throughUs: number): void {
    const pages = this.pages();
    if (pages < this.base) this.base = 0;
    if (pages - this.base < this.most && performance.now() - this.lastMs < LONGEST_MS) return;
    this.run(throughUs);
  }

  private run(throughUs: number): void {
    try {
      this.database.pragma('wal_checkpoint(PASSIVE)');
      this.safeUs = Math.max(this.safeUs, throughUs);
    } catch (error) {
      // The log keeps everything: the next commit tries again.
      if (!isFull(error)) throw error;
    }
    this.base = this.pages();
    this.lastMs = performance.now();
  }

  private pages(): number {
    return this.count.get()?.log ?? 0;
  }
}
