import Database from 'better-sqlite3';
import { MIGRATIONS } from '../../src/store/migrations/migrations.js';

/** A database in memory, with the current schema. */
export function databaseInMemory(): Database.Database {
  const database = new Database(':memory:');
  for (const migration of MIGRATIONS) database.exec(migration);
  return database;
}
