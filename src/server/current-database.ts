import { statSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { openForReading } from '../store/database.js';
import { isOfSchemaBefore } from '../store/previous-schema.js';

/** Keeps a history open for reading, as it is at its path now. */
export class CurrentDatabase {
  private database: Database.Database | undefined;
  /** Of the file that is open: the path may stand for another one later. */
  private inode = 0;

  constructor(private readonly path: string) {}

  /**
   * The same handle each time; another one where the path stands for another file, or where that was migrated: the one before is closed.
   * @throws what `openForReading` throws
   */
  open(): Database.Database {
    const inode = statSync(this.path, { throwIfNoEntry: false })?.ino ?? 0;
    if (this.database !== undefined && inode === this.inode && !isOfSchemaBefore(this.database)) return this.database;
    this.close();
    this.database = openForReading(this.path);
    this.inode = inode;
    return this.database;
  }

  close(): void {
    this.database?.close();
    this.database = undefined;
  }
}
