import type Database from 'better-sqlite3';
import { SstoryError } from '../model/error.js';
import { INTERNAL_TABLES } from '../store/schema-notes.js';
import { SQL_FUNCTIONS } from './functions.js';
import { sqlTokens } from './sql-tokens.js';

/** An error of SQLite's with the place in the statement, and what may have been meant. What is none of SQLite's is thrown on. */
export function explained(database: Database.Database, sql: string, error: unknown): SstoryError {
  if (!(error instanceof Error) || !('code' in error)) throw error;
  const { message } = error;
  const at = placeOf(database, sql, message);
  const lines = [...(at === undefined ? [] : pointed(sql, at)), ...(hintOf(database, message) ?? [])];
  const hint = lines.length === 0 ? {} : { hint: lines.join('\n  ') };
  return new SstoryError('sql', message, { ...hint, cause: error });
}

/** Where in the statement the error is. better-sqlite3 does not pass on SQLite's own offset. */
function placeOf(database: Database.Database, sql: string, message: string): number | undefined {
  const near = /^near "([\s\S]+)": syntax error$/.exec(message)?.[1];
  if (near !== undefined) return nearPlace(database, sql, near, message);
  if (message === 'incomplete input') return sql.length;
  const named = /^(?:no such (?:column|table|function|table-valued function)|ambiguous column name): (\S+)/.exec(
    message,
  )?.[1];
  const name = named ?? /(?:unrecognized token: "|function )([^"(]+)/.exec(message)?.[1];
  if (name === undefined) return undefined;
  const last = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
  const token = sqlTokens(sql).find(({ text }) => text.replace(/^["'`[]|["'`\]]$/g, '').toLowerCase() === last);
  return token?.start ?? (sql.includes(name) ? sql.indexOf(name) : undefined);
}

/** A word may stand there many times: it is the first up to which the text fails in the same way. */
function nearPlace(database: Database.Database, sql: string, word: string, message: string): number | undefined {
  for (let at = sql.indexOf(word); at >= 0; at = sql.indexOf(word, at + 1)) {
    try {
      database.prepare(sql.slice(0, at + word.length));
    } catch (error) {
      if ((error as Error).message === message) return at;
    }
  }
  return undefined;
}

const WIDTH = 100;

/** The line of a place, cut to what fits, and a caret below it. */
function pointed(sql: string, at: number): string[] {
  const lineStart = sql.lastIndexOf('\n', at - 1) + 1;
  const lineEnd = sql.indexOf('\n', at);
  const line = sql.slice(lineStart, lineEnd < 0 ? undefined : lineEnd).replaceAll('\t', ' ');
  const column = at - lineStart;
  const from = column < WIDTH - 20 ? 0 : column - WIDTH / 2;
  return [line.slice(from, from + WIDTH), `${' '.repeat(column - from)}^`];
}

function hintOf(database: Database.Database, message: string): string[] | undefined {
  const [, kind, name = ''] = /^no such (column|table|function): (\S+)/.exec(message) ?? [];
  if (message === 'not authorized')
    return ['load_extension() is off: nothing but what SQLite and sstory bring is run here'];
  if (kind === undefined) return undefined;
  const word = name.slice(name.lastIndexOf('.') + 1);
  const known = kind === 'column' ? columnNames(database) : kind === 'table' ? tableNames(database) : functionNames();
  const meant = nearest(word, known);
  if (meant !== undefined) return [`did you mean ${meant}?`];
  if (kind === 'column') return ["text stands in single quotes: 'ESTAB'; docs/schema.md lists the columns"];
  if (kind === 'table') return [`there is: ${tableNames(database).join(', ')}`];
  return undefined;
}

/** Tables and views of the file, the public ones (docs/schema.md) first. */
export function tableNames(database: Database.Database): string[] {
  const names = database
    .prepare(
      "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' ORDER BY name",
    )
    .pluck()
    .all() as string[];
  return names.filter((name) => !INTERNAL_TABLES.has(name));
}

export function columnNames(database: Database.Database): string[] {
  const columns = tableNames(database).flatMap((table) =>
    database
      .prepare(`SELECT * FROM "${table}" LIMIT 0`)
      .columns()
      .map(({ name }) => name),
  );
  return [...new Set(columns)];
}

export function functionNames(): string[] {
  return SQL_FUNCTIONS.map(([call]) => call.slice(0, call.indexOf('(')));
}

/** The name that is at most a third of its letters away. */
function nearest(word: string, names: readonly string[]): string | undefined {
  const ranked = names
    .map((name) => ({ name, distance: editDistance(word.toLowerCase(), name) }))
    .filter(({ name, distance }) => distance > 0 && distance <= Math.ceil(name.length / 3))
    .sort((a, b) => a.distance - b.distance);
  return ranked[0]?.name;
}

/** Levenshtein's. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
