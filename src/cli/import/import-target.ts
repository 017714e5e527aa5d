import { existsSync, rmSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { openLocked } from '../../recorder/locked-database.js';
import { closeWritten } from '../../store/database.js';
import type { FileLock } from '../../sys/file-lock.js';

/** The database that an import fills, closed to other writers. One that the import made is deleted again unless it is kept. */
export class ImportTarget implements Disposable {
  readonly database: Database.Database;
  private readonly lock: FileLock;
  private isToBeDeleted: boolean;

  constructor(private readonly path: string) {
    this.isToBeDeleted = !existsSync(path);
    const { database, lock } = openLocked(path);
    this.database = database;
    this.lock = lock;
  }

  /** To be called when the import is complete. */
  keep(): void {
    this.isToBeDeleted = false;
  }

  [Symbol.dispose](): void {
    closeWritten(this.database);
    if (this.isToBeDeleted) for (const suffix of ['', '-wal', '-shm']) rmSync(this.path + suffix, { force: true });
    this.lock.close();
  }
}
