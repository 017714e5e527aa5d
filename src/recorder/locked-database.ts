/** A database has one writer at a time: a recorder, an import, prune, migrate. */
import { existsSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { fileTrouble, SstoryError } from '../model/error.js';
import { accessRefused } from '../store/access-refused.js';
import { closeWritten, openForReading, openForWriting } from '../store/database.js';
import { requireFile } from '../store/database-path.js';
import { readRuns } from '../store/runs.js';
import { shareWithGroup } from '../store/shared-file.js';
import { requireTrusted, trustedByRoot } from '../store/trusted-file.js';
import { FileLock } from '../sys/file-lock.js';

const ANOTHER_FILE = 'a database has one recorder at a time: name another file with --db FILE, or stop that recorder';

export interface LockedDatabase {
  readonly database: Database.Database;
  /** To be closed after the database. */
  readonly lock: FileLock;
}

/**
 * Opens the database, created if missing, and locks it against a second writer. `gid`: the group that may read it.
 * @throws SstoryError `not-trusted`, `database-in-use`, `cannot-share`, and those of opening it
 */
export function openLocked(path: string, gid?: number): LockedDatabase {
  if (!existsSync(path)) {
    requireTrusted(path, trustedByRoot(process.env));
    closeWritten(openForWriting(path));
  }
  const lock = lockDatabase(path, ANOTHER_FILE);
  try {
    const database = openForWriting(path);
    if (gid !== undefined) shareWithGroup(path, gid);
    return { database, lock };
  } catch (error) {
    lock.close();
    throw error;
  }
}

/**
 * Locks an existing database against every other writer.
 * @throws SstoryError `not-a-file`, `no-database`, `not-trusted`, `database-in-use`, `cannot-open`
 */
export function lockDatabase(
  path: string,
  hint = 'a database has one writer at a time: stop that one first',
): FileLock {
  requireFile(path);
  if (!existsSync(path)) {
    const refused = accessRefused(path, 'write');
    if (refused !== undefined) throw refused;
    throw new SstoryError('no-database', `no database at ${path}`, { hint: 'name one with --db FILE' });
  }
  requireTrusted(path, trustedByRoot(process.env));
  const lock = takeLock(path);
  if (lock !== undefined) return lock;
  throw new SstoryError('database-in-use', `${path} is being recorded into by ${holderOf(path)}`, { hint });
}

function takeLock(path: string): FileLock | undefined {
  try {
    return FileLock.take(path);
  } catch (cause) {
    throw (
      accessRefused(path, 'write', cause) ??
      new SstoryError('cannot-open', `cannot open ${path}: ${fileTrouble(cause)}`, { cause })
    );
  }
}

/** `sstory[PID] on HOST`, from the run that has not ended. */
function holderOf(path: string): string {
  try {
    const database = openForReading(path);
    try {
      const last = readRuns(database).at(-1);
      return last === undefined ? 'another sstory' : `sstory[${last.pid}] on ${last.host}`;
    } finally {
      database.close();
    }
  } catch {
    return 'another sstory';
  }
}
