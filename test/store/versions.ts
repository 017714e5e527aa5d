/** Databases of earlier schema versions, as the code of their time left them. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openForWriting } from '../../src/store/database.js';
import { PREVIOUS_VERSION } from '../../src/store/previous-schema.js';
import { Database } from '../../src/store/sqlite.js';

export const digestOf = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

export const fixture = (version: number) =>
  readFileSync(new URL(`../../../test/store/fixtures/v${version}.sql`, import.meta.url), 'utf8');

/** A database as the code of that time left it. */
export function writeVersion(path: string, version: number): void {
  const database = new Database(path);
  // A dump that has statistics writes into a table of SQLite's own.
  database.unsafeMode(true);
  database.pragma('auto_vacuum = INCREMENTAL');
  database.pragma('journal_mode = WAL');
  database.exec(fixture(version));
  database.pragma('wal_checkpoint(TRUNCATE)');
  database.close();
}

/** Two databases of the version before with the same history; one was migrated. */
export function writePrevious(directory: string): { readonly path: string; readonly migrated: string } {
  const path = join(directory, 'before.db');
  const migrated = join(directory, 'migrated.db');
  writeVersion(path, PREVIOUS_VERSION);
  writeVersion(migrated, PREVIOUS_VERSION);
  openForWriting(migrated).close();
  return { path, migrated };
}
