import type Database from 'better-sqlite3';
import { LACKS_BOUND, NO_BOUND } from './migrations/0004-bound.js';
import { LACKS_HOST, NO_HOST } from './migrations/0004-host.js';
import { LIVES_OF_VERSION_4 } from './migrations/0005-lives.js';

/** The schema version before the current one, which can be read as it is: a reader may not be allowed to migrate the file. */
export const PREVIOUS_VERSION = 4;

/**
 * Makes a database of the previous schema readable on this handle: what its first ones lack is empty. The file does not change. A window
 * of a large file takes longer than after its migration: the table over lives is read whole.
 */
export function readPreviousSchema(database: Database.Database): void {
  if (lacks(database, LACKS_HOST)) database.exec(NO_HOST);
  if (lacks(database, LACKS_BOUND)) database.exec(NO_BOUND);
  database.exec(LIVES_OF_VERSION_4);
}

/** `sql`: one of the questions of the migrations about what the first databases of a version lack. */
export function lacks(database: Database.Database, sql: string): boolean {
  return database.prepare(sql).pluck().get() === 1;
}

/** Whether the file was of the previous schema when this handle was opened: each search in `closed_life` reads a whole class then. */
export function readsPreviousSchema(database: Database.Database): boolean {
  return database.prepare("SELECT 1 FROM temp.sqlite_schema WHERE name = 'closed_life'").get() !== undefined;
}

/** Whether a handle that was opened for reading has to be opened again: the file was of the previous schema then, and was migrated since. */
export function isOfSchemaBefore(database: Database.Database): boolean {
  return readsPreviousSchema(database) && database.pragma('user_version', { simple: true }) !== PREVIOUS_VERSION;
}
