/** The names that a query can use. */
import type Database from 'better-sqlite3';
import { columnsOf } from '../query/history-facts.js';
import { INTERNAL_TABLES } from '../store/schema-notes.js';
import { SQL_FUNCTIONS } from './functions.js';

/** Tables and views of the file, the public ones (docs/schema.md) first. */
export function tableNames(database: Database.Database): string[] {
  const names = database
    .prepare<[], string>(
      "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' ORDER BY name",
    )
    .pluck()
    .all();
  return names.filter((name) => !INTERNAL_TABLES.has(name));
}

export function columnNames(database: Database.Database): string[] {
  return [...new Set(tableNames(database).flatMap((table) => columnsOf(database, table)))];
}

export function functionNames(): string[] {
  return SQL_FUNCTIONS.map(([call]) => call.slice(0, call.indexOf('(')));
}
