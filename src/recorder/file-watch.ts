import { rmSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { SstoryError } from '../model/error.js';
import { sideFiles, statOf } from '../store/database-path.js';
import type { FileLock } from '../sys/file-lock.js';

/**
 * Notices that the database was deleted, moved or replaced while it is recorded into. SQLite would go on writing into a file that
 * has no name, with its log beside a file that is not its own.
 */
export class FileWatch {
  private fail: (error: unknown) => void = () => undefined;
  private readonly sides: readonly { readonly path: string; readonly inode: number | undefined }[];
  /** Fails with `database-gone` at the first look after it is. */
  readonly gone: Promise<never>;

  /** `lock` is that of the file. */
  constructor(
    private readonly database: Database.Database,
    private readonly lock: FileLock,
  ) {
    const { log, sharedMemory } = sideFiles(database.name);
    this.sides = [log, sharedMemory].map((path) => ({ path, inode: inodeOf(path) }));
    this.gone = new Promise((_, reject) => {
      this.fail = reject;
    });
    // It may fail before anything waits for it.
    this.gone.catch(() => undefined);
  }

  /** To be called about once a second. */
  look(): void {
    const error = this.problem();
    if (error !== undefined) this.fail(error);
  }

  /**
   * Completes the file where it is now, and deletes its log beside the old path: SQLite would read it as the log of another
   * file there.
   */
  leave(): void {
    try {
      this.database.pragma('wal_checkpoint(TRUNCATE)');
    } catch {
      // Its last commits stay in the log, which is deleted: the file ends before them, and so does its run.
    }
    for (const { path, inode } of this.sides)
      if (inode !== undefined && inodeOf(path) === inode) rmSync(path, { force: true });
  }

  /** What has happened to the file; undefined: it is in its place. */
  problem(): SstoryError | undefined {
    const path = this.database.name;
    const own = this.lock.stat();
    const there = statOf(path);
    if (there !== undefined && there.ino === own.ino && there.dev === own.dev) return undefined;
    const what = there === undefined ? '' : ', and another file is in its place';
    const happened = own.nlink === 0 ? 'deleted' : `moved to ${this.lock.whereabouts()}`;
    const kept = own.nlink === 0 ? 'what was recorded in it is lost' : 'it has what was recorded until now';
    return new SstoryError('database-gone', `${path} was ${happened}${what}: recording stopped`, {
      hint: `${kept}; start sstory record again to record into ${there === undefined ? 'a new file' : 'the one that is there'}`,
    });
  }
}

function inodeOf(path: string): number | undefined {
  return statOf(path)?.ino;
}
