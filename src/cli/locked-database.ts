/** A database has one writer at a time: a recorder, or an import. */
import { existsSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { SstoryError } from '../model/error.js';
import { openForWriting, readRuns } from '../store/index.js';
import { FileLock } from '../sys/file-lock.js';

export interface LockedDatabase {
  readonly database: Database.Database;
  /** To be closed after the database. */
  readonly lock: FileLock;
}

/**
 * Opens the database, made if there is none, and holds it against a second writer.
 * @throws SstoryError `database-in-use`, and those of opening it
 */
export function openLocked(path: string): LockedDatabase {
  if (existsSync(path)) {
    const lock = takeLock(path);
    try {
      return { database: openForWriting(path), lock };
    } catch (error) {
      lock.close();
      throw error;
    }
  }
  openForWriting(path).close();
  return openLocked(path);
}

function takeLock(path: string): FileLock {
  const lock = FileLock.take(path);
  if (lock !== undefined) return lock;
  throw new SstoryError('database-in-use', `${path} is being recorded into by ${holderOf(path)}`, {
    hint: 'one database has one recorder: name another file with --db FILE, or stop that one',
  });
}

/** `sstory[PID] on HOST`, from the run that has not ended. */
function holderOf(path: string): string {
  const database = openForWriting(path);
  try {
    const last = readRuns(database).at(-1);
    return last === undefined ? 'another sstory' : `sstory[${last.pid}] on ${last.host}`;
  } finally {
    database.close();
  }
}
