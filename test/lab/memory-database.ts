import type Sqlite from 'better-sqlite3';
import { MIGRATIONS } from '../../src/store/migrations/migrations.js';
import { Database } from '../../src/store/sqlite.js';

/** A database in memory, with the current schema. */
export function databaseInMemory(): Sqlite.Database {
  const database = new Database(':memory:');
  for (const migration of MIGRATIONS) database.exec(migration);
  return database;
}
