import { chmodSync, closeSync, existsSync, openSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { SstoryError } from '../model/error.js';
import { MIGRATIONS } from './migrations/index.js';

/** `PRAGMA application_id` of an sstory database: "ssty" in ASCII. */
export const APPLICATION_ID = 0x73737479;

/** Pages of 4 KiB that the write-ahead log may hold before it is folded into the file. */
const CHECKPOINT_PAGES = 4_000;

/** As much as SQLite maps of a file: a page that is there already then takes half the time of one that is read. */
const MAPPED_BYTES = 2_147_418_112;

/**
 * Opens (or makes) a database for recording. The file is private to its owner; SQLite gives its WAL the same mode.
 * @throws SstoryError `not-a-database`, `newer-schema`, `cannot-open`
 */
export function openForWriting(path: string): Database.Database {
  if (!existsSync(path)) createPrivate(path);
  const fresh = statSync(path).size === 0;
  const database = connect(path, { readonly: false });
  try {
    if (fresh) {
      chmodSync(path, 0o600);
      database.pragma('page_size = 4096');
      database.pragma('auto_vacuum = INCREMENTAL');
    } else {
      checkIdentity(database, path);
    }
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = NORMAL');
    database.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    database.pragma('journal_size_limit = 67108864');
    database.pragma('temp_store = MEMORY');
    migrate(database, path);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/**
 * Opens a database for reading, while it is recorded into or not.
 * @throws SstoryError `no-database`, `not-a-database`, `newer-schema`, `cannot-open`
 */
export function openForReading(path: string): Database.Database {
  if (!existsSync(path)) {
    throw new SstoryError('no-database', `no database at ${path}`, {
      hint: 'name one with --db FILE, or make one with: sstory record --db FILE',
    });
  }
  const database = connect(path, { readonly: true });
  try {
    checkIdentity(database, path);
    database.pragma(`mmap_size = ${MAPPED_BYTES}`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function createPrivate(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (cause) {
    throw new SstoryError('cannot-open', `cannot create ${path}: ${(cause as Error).message}`, { cause });
  }
}

function connect(path: string, options: Database.Options): Database.Database {
  try {
    const database = new Database(path, { ...options, timeout: 5_000 });
    database.pragma('cache_size = -16384');
    return database;
  } catch (cause) {
    if ((cause as { code?: string }).code === 'SQLITE_NOTADB') throw notADatabase(path, cause);
    throw new SstoryError('cannot-open', `cannot open ${path}: ${(cause as Error).message}`, { cause });
  }
}

function notADatabase(path: string, cause?: unknown): SstoryError {
  return new SstoryError('not-a-database', `${path} is no sstory database`, {
    hint: 'it was left as it is; name another file with --db FILE',
    cause,
  });
}

/** Refuses a file that is no sstory database, untouched, and one of a version that is not known here. */
function checkIdentity(database: Database.Database, path: string): void {
  const id = readPragma(database, path, 'application_id');
  if (id !== APPLICATION_ID) throw notADatabase(path);
  const version = readPragma(database, path, 'user_version');
  if (version > MIGRATIONS.length) {
    throw new SstoryError(
      'newer-schema',
      `${path} has schema version ${version}, this sstory knows ${MIGRATIONS.length}`,
      {
        hint: 'it was written by a newer sstory: install that one to read it',
      },
    );
  }
}

function readPragma(database: Database.Database, path: string, name: string): number {
  try {
    return Number(database.pragma(name, { simple: true }));
  } catch (cause) {
    throw notADatabase(path, cause);
  }
}

/** Brings the schema up to date: each migration in a transaction of its own, a copy of the file kept before the first. */
function migrate(database: Database.Database, path: string): void {
  const version = readPragma(database, path, 'user_version');
  if (version === MIGRATIONS.length) return;
  if (version > 0) database.prepare('VACUUM INTO ?').run(`${path}.v${version}.bak`);
  for (const [index, migration] of MIGRATIONS.entries()) {
    if (index < version) continue;
    database.transaction(() => {
      database.exec(migration);
      database.pragma(`application_id = ${APPLICATION_ID}`);
      database.pragma(`user_version = ${index + 1}`);
    })();
  }
}
