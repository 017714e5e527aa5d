import { chmodSync, closeSync, existsSync, openSync } from 'node:fs';
import type Sqlite from 'better-sqlite3';
import { SstoryError } from '../model/error.js';
import { accessRefused } from './access-refused.js';
import { requireFile } from './database-path.js';
import { APPLICATION_ID, migrate, SCHEMA_VERSION } from './migration.js';
import { PREVIOUS_VERSION, readPreviousSchema } from './previous-schema.js';
import { Database } from './sqlite.js';
import { isBusy, isTemporary } from './store-error.js';
import { isUnused } from './unused-file.js';

/** Pages of 4 KiB that the write-ahead log may hold before a checkpoint. */
const CHECKPOINT_PAGES = 4_000;

/** The most that SQLite maps of a file: a mapped page in the page cache takes half the time of one that is read. */
const MAPPED_BYTES = 2_147_418_112;

/**
 * Opens (or creates) a database for writing. The file is private to its owner; SQLite gives its WAL the same mode. A database of
 * an older schema is migrated, after a copy of it was made.
 * @throws SstoryError `not-a-file`, `not-a-database`, `newer-schema`, `cannot-open`, `cannot-back-up`, `cannot-migrate`
 */
export function openForWriting(path: string): Sqlite.Database {
  requireFile(path);
  if (!existsSync(path)) {
    requireSqlite();
    createPrivate(path);
  }
  const fresh = isUnused(path);
  // A handle that may write could checkpoint the write-ahead log of another program's database.
  const version = fresh ? 0 : versionOf(path);
  const database = connect(path, { readonly: false });
  try {
    if (fresh) {
      chmodSync(path, 0o600);
      database.pragma('page_size = 4096');
      database.pragma('auto_vacuum = INCREMENTAL');
    }
    useLog(database, path);
    database.pragma('synchronous = NORMAL');
    database.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    database.pragma('journal_size_limit = 67108864');
    // A migration sorts all connections, which may be more than memory holds.
    if (version < SCHEMA_VERSION) migrate(database, path, version);
    database.pragma('temp_store = MEMORY');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/**
 * Opens a database for reading, also while a recorder writes to it. One of the schema before this one is read as it is, an older one
 * is rejected: reading changes no file.
 * @throws SstoryError `no-database`, `not-a-file`, `not-a-database`, `newer-schema`, `older-schema`, `cannot-open`
 */
export function openForReading(path: string): Sqlite.Database {
  requireFile(path);
  if (!existsSync(path)) {
    const refused = accessRefused(path, 'read');
    if (refused !== undefined) throw refused;
    throw new SstoryError('no-database', `no database at ${path}`, {
      hint: 'name one with --db FILE, or create one with: sstory record --db FILE',
    });
  }
  const database = connect(path, { readonly: true });
  try {
    const version = checkIdentity(database, path);
    if (version < PREVIOUS_VERSION) throw olderSchema(path, version);
    if (version === PREVIOUS_VERSION) readPreviousSchema(database);
    database.pragma(`mmap_size = ${MAPPED_BYTES}`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/**
 * Ends writing. Where no other process has the database open, it is left without a log: a reader without write permission on its directory
 * could not open it otherwise. https://sqlite.org/wal.html#read_only_databases
 */
export function closeWritten(database: Sqlite.Database): void {
  try {
    database.pragma('journal_mode = DELETE');
  } catch (error) {
    // The log stays for those who have it open.
    if (!isTemporary(error)) throw error;
  } finally {
    database.close();
  }
}

/** With a log, readers and the writer do not wait for each other. */
function useLog(database: Sqlite.Database, path: string): void {
  try {
    database.pragma('journal_mode = WAL');
  } catch (cause) {
    if (!isBusy(cause)) throw cause;
    throw new SstoryError('cannot-open', `${path} is being read, and cannot be opened for writing meanwhile`, {
      hint: 'end the program that reads it, or wait until its query ends: then writing starts, and readers do not block it',
      cause,
    });
  }
}

function createPrivate(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (cause) {
    throw new SstoryError('cannot-open', `cannot create ${path}: ${(cause as Error).message}`, { cause });
  }
}

let hasSqlite = false;

/** @throws SstoryError `other-node` where better-sqlite3 was compiled for another Node than this one */
function requireSqlite(): void {
  if (hasSqlite) return;
  try {
    new Database(':memory:').close();
    hasSqlite = true;
  } catch (cause) {
    throw isOfAnotherNode(cause) ? otherNode(cause) : cause;
  }
}

function isOfAnotherNode(cause: unknown): boolean {
  return (cause as { code?: string }).code === 'ERR_DLOPEN_FAILED';
}

function otherNode(cause: unknown): SstoryError {
  return new SstoryError('other-node', `sstory was built for another Node than ${process.version}`, {
    hint: '`npm start` or `bash scripts/setup.sh run` in its directory builds it again',
    cause,
  });
}

function connect(path: string, options: Sqlite.Options): Sqlite.Database {
  try {
    const database = new Database(path, { ...options, timeout: 5_000 });
    database.pragma(`cache_size = -${options.readonly === true ? 16_384 : 8_192}`);
    return database;
  } catch (cause) {
    if (cause instanceof SstoryError) throw cause;
    if (isOfAnotherNode(cause)) throw otherNode(cause);
    if ((cause as { code?: string }).code === 'SQLITE_NOTADB') throw notADatabase(path, cause);
    const refused = accessRefused(path, options.readonly === true ? 'read' : 'write', cause);
    throw refused ?? new SstoryError('cannot-open', `cannot open ${path}: ${(cause as Error).message}`, { cause });
  }
}

function notADatabase(path: string, cause?: unknown): SstoryError {
  return new SstoryError('not-a-database', `${path} is not an sstory database`, {
    hint: 'it was left unchanged; name another file with --db FILE',
    cause,
  });
}

function olderSchema(path: string, version: number): SstoryError {
  return new SstoryError('older-schema', `${path} has schema version ${version}, this sstory reads ${SCHEMA_VERSION}`, {
    hint: `sstory migrate --db ${path} upgrades it and keeps a copy; so does sstory record`,
  });
}

/** The schema version of an sstory database, read without changing the file. */
export function versionOf(path: string): number {
  const database = connect(path, { readonly: true });
  try {
    return checkIdentity(database, path);
  } finally {
    database.close();
  }
}

/** The schema version. Rejects a file that is not an sstory database, or of a newer version, without changing it. */
function checkIdentity(database: Sqlite.Database, path: string): number {
  const id = readPragma(database, path, 'application_id');
  if (id !== APPLICATION_ID) throw notADatabase(path);
  const version = readPragma(database, path, 'user_version');
  if (version > SCHEMA_VERSION) {
    throw new SstoryError(
      'newer-schema',
      `${path} has schema version ${version}, this sstory reads ${SCHEMA_VERSION}`,
      {
        hint: 'it was written by a newer sstory: install that version to read it',
      },
    );
  }
  return version;
}

function readPragma(database: Sqlite.Database, path: string, name: string): number {
  try {
    return Number(database.pragma(name, { simple: true }));
  } catch (cause) {
    throw accessRefused(path, 'read', cause) ?? notADatabase(path, cause);
  }
}
