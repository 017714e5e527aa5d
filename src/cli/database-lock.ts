import { existsSync } from 'node:fs';
import { SstoryError } from '../model/error.js';
import { openForReading, readRuns } from '../store/index.js';
import { FileLock } from '../sys/file-lock.js';

/**
 * Holds a database against every other writer: a recorder, prune, migrate.
 * @throws SstoryError `no-database`, `database-in-use`, `cannot-open`
 */
export function lockDatabase(path: string, hint = 'one database has one writer: stop that one first'): FileLock {
  if (!existsSync(path)) {
    throw new SstoryError('no-database', `no database at ${path}`, { hint: 'name one with --db FILE' });
  }
  const lock = takeLock(path);
  if (lock !== undefined) return lock;
  throw new SstoryError('database-in-use', `${path} is being recorded into by ${holderOf(path)}`, { hint });
}

function takeLock(path: string): FileLock | undefined {
  try {
    return FileLock.take(path);
  } catch (cause) {
    throw new SstoryError('cannot-open', `cannot open ${path}: ${(cause as Error).message}`, { cause });
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
