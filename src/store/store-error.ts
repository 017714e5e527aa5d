/** What SQLite's errors mean for a recorder. https://sqlite.org/rescode.html */

/** It passes: the disk is full, or another program holds the lock. */
export function isTemporary(error: unknown): error is Error {
  return isFull(error) || isBusy(error);
}

export function isFull(error: unknown): boolean {
  return codeOf(error) === 'SQLITE_FULL';
}

export function isBusy(error: unknown): boolean {
  return /^SQLITE_(BUSY|LOCKED)/.test(codeOf(error));
}

/**
 * The disk did not confirm what was written. Linux reports this once, and may drop the pages (fsync(2)): everything since the last
 * successful checkpoint is uncertain.
 */
export function isUnsynced(error: unknown): boolean {
  return /^SQLITE_IOERR_(FSYNC|DIR_FSYNC)$/.test(codeOf(error));
}

/** The file or the disk failed, not this program. */
export function isOfTheFile(error: unknown): boolean {
  return /^SQLITE_(FULL|IOERR|CORRUPT|BUSY|LOCKED|READONLY|CANTOPEN|PERM|NOTADB)/.test(codeOf(error));
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
