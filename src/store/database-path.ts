import { realpathSync, type Stats, statSync } from 'node:fs';
import { usageError } from '../model/error.js';

const KINDS: readonly [is: (file: Stats) => boolean, kind: string][] = [
  [(file) => file.isDirectory(), 'a directory'],
  [(file) => file.isFIFO(), 'a FIFO'],
  [(file) => file.isSocket(), 'a socket'],
  [(file) => file.isCharacterDevice() || file.isBlockDevice(), 'a device'],
];

/**
 * Rejects what is not a file. SQLite opens `:memory:` and the empty name without one, and waits for the other end of a FIFO. A path at
 * which nothing exists is accepted.
 * @throws SstoryError `not-a-file`
 */
export function requireFile(path: string): void {
  const kind = kindOf(path);
  if (kind !== undefined)
    throw usageError('not-a-file', `invalid database "${path}": ${kind}`, 'name a file with --db FILE');
}

/** What it is instead of a file. */
function kindOf(path: string): string | undefined {
  if (path === '' || path === ':memory:') return 'not a file';
  const file = statOf(path);
  if (file === undefined || file.isFile()) return undefined;
  return KINDS.find(([is]) => is(file))?.[1] ?? 'not a file';
}

/** Files that SQLite keeps beside a database, where a symbolic link leads to: https://sqlite.org/tempfiles.html */
export function sideFiles(path: string): { readonly log: string; readonly sharedMemory: string } {
  const real = realpathSync(path);
  return { log: `${real}-wal`, sharedMemory: `${real}-shm` };
}

/** Undefined where nothing can be found there, also because a part of the path is not a directory. */
export function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}
