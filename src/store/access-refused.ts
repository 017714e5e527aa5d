import { accessSync, constants } from 'node:fs';
import { SstoryError } from '../model/error.js';
import { sideFiles } from './database-path.js';

export type Wish = 'read' | 'write';

const MODES: Readonly<Record<Wish, number>> = { read: constants.R_OK, write: constants.R_OK | constants.W_OK };
const HINTS: Readonly<Record<Wish, string>> = {
  read: 'as root or its owner; or as one of the group that sstory record --group GROUP lets read it',
  write: 'as root or its owner: others may not write it',
};

/**
 * Why this process may not open a database: the file, or one that SQLite keeps beside it, is not permitted to it (EACCES), also because a
 * directory above is not. SQLite says of each only that it is unable to open it. Undefined: it may, or the file is missing.
 * The error has the code `cannot-open`.
 */
export function accessRefused(path: string, wish: Wish, cause?: unknown): SstoryError | undefined {
  const file = isRefused(path, wish) ? path : sideFilesOf(path).find((beside) => isRefused(beside, wish));
  if (file === undefined) return undefined;
  return new SstoryError('cannot-open', `cannot open ${file}: permission denied`, { hint: HINTS[wish], cause });
}

function isRefused(file: string, wish: Wish): boolean {
  try {
    accessSync(file, MODES[wish]);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES';
  }
}

function sideFilesOf(path: string): string[] {
  try {
    return Object.values(sideFiles(path));
  } catch {
    return [];
  }
}
