import { closeSync, openSync, readSync, statSync } from 'node:fs';
import type Sqlite from 'better-sqlite3';
import { Database } from './sqlite.js';

/** https://sqlite.org/fileformat2.html#the_rollback_journal */
const JOURNAL_MAGIC = Buffer.from('d9d505f920a163d7', 'hex');
const INITIAL_PAGES_OFFSET = 16;

/**
 * True for a file in which nothing was stored yet: an empty one, a database without tables, and what a process leaves that is killed while
 * it creates one. The file is not changed.
 */
export function isUnused(path: string): boolean {
  return statSync(path).size === 0 || createsFirstPage(path) || isEmptyDatabase(path);
}

/** A journal is left of the transaction that wrote the first page. */
function createsFirstPage(path: string): boolean {
  const header = Buffer.alloc(INITIAL_PAGES_OFFSET + 4);
  try {
    const fd = openSync(`${path}-journal`, 'r');
    const length = readSync(fd, header, 0, header.length, 0);
    closeSync(fd);
    if (length < header.length || !header.subarray(0, JOURNAL_MAGIC.length).equals(JOURNAL_MAGIC)) return false;
  } catch {
    return false;
  }
  return header.readUInt32BE(INITIAL_PAGES_OFFSET) === 0;
}

function isEmptyDatabase(path: string): boolean {
  let database: Sqlite.Database | undefined;
  try {
    database = new Database(path, { readonly: true, timeout: 5_000 });
    const pragma = (name: string) => database?.pragma(name, { simple: true });
    if (pragma('application_id') !== 0 || pragma('user_version') !== 0) return false;
    return database.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() === 0;
  } catch {
    return false;
  } finally {
    database?.close();
  }
}
