import { statSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { sideFiles } from './database-path.js';
import { isFull } from './store-error.js';

/** Bytes of the write-ahead log between two checkpoints. */
const LOG_BYTES = 16 << 20;
/** The same where bounds are kept: a checkpoint of 16 MiB that pruning filled took up to 70 ms. */
const LOG_BYTES_WITH_BOUNDS = 2 << 20;
/** A host that loses its power loses no more than this, milliseconds. */
const LONGEST_MS = 60_000;

/**
 * Copies the write-ahead log into the file, and waits until the disk has it. SQLite's own checkpoints after a commit ignore a disk
 * that fails; these report it, and know up to when the history is safe.
 */
export class Checkpoints {
  private readonly log: string;
  private base = 0;
  private lastMs = performance.now();
  private readonly logBytes: number;
  private safeUs: number;

  /** `startUs`: the wall time at which the run starts, microseconds. @throws what SQLite reports */
  constructor(
    private readonly database: Database.Database,
    { startUs, bounded }: { readonly startUs: number; readonly bounded: boolean },
  ) {
    this.log = sideFiles(database.name).log;
    this.logBytes = bounded ? LOG_BYTES_WITH_BOUNDS : LOG_BYTES;
    this.safeUs = startUs;
    database.pragma('wal_autocheckpoint = 0');
    // The log's file then is as large as what is in it.
    database.pragma('journal_size_limit = 0');
    this.run(startUs);
  }

  /** Wall time up to which the disk has the history, microseconds. */
  get throughUs(): number {
    return this.safeUs;
  }

  /** To be called after a commit that completes the history up to `throughUs`. @throws what SQLite reports, except a full disk */
  after(throughUs: number): void {
    const size = this.size();
    if (size < this.base) this.base = 0;
    if (size - this.base < this.logBytes && performance.now() - this.lastMs < LONGEST_MS) return;
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
    this.base = this.size();
    this.lastMs = performance.now();
  }

  private size(): number {
    return statSync(this.log, { throwIfNoEntry: false })?.size ?? 0;
  }
}
