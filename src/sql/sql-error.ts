import type Database from 'better-sqlite3';
import { messageOf, SstoryError } from '../model/error.js';
import { type MarkedPlace, markedPlace } from '../model/marked-place.js';
import { columnNames, functionNames, tableNames } from './schema-names.js';
import { sqlTokens } from './sql-tokens.js';

/** An error of SQLite with its place in the statement, and a suggestion. Other errors are rethrown. */
export function explained(database: Database.Database, sql: string, error: unknown): SstoryError {
  if (!(error instanceof Error) || !('code' in error)) throw error;
  const { message } = error;
  const at = placeOf(database, sql, message);
  const place = at === undefined ? {} : { place: placeInLine(sql, at) };
  const hint = hintOf(database, message);
  return new SstoryError('sql', message, { ...place, ...(hint === undefined ? {} : { hint }), cause: error });
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

/**
 * The first occurrence of the word up to which the statement fails with the same message. The parser stops at its first error, so
 * the statement up to any later occurrence fails in the same way: a binary search.
 */
function nearPlace(database: Database.Database, sql: string, word: string, message: string): number | undefined {
  const places: number[] = [];
  for (let at = sql.indexOf(word); at >= 0; at = sql.indexOf(word, at + 1)) places.push(at);
  let [first, end] = [0, places.length];
  while (first < end) {
    const middle = (first + end) >> 1;
    if (failsWith(database, sql.slice(0, (places[middle] ?? 0) + word.length), message)) end = middle;
    else first = middle + 1;
  }
  return places[first];
}

function failsWith(database: Database.Database, sql: string, message: string): boolean {
  try {
    database.prepare(sql);
    return false;
  } catch (error) {
    return messageOf(error) === message;
  }
}

const WIDTH = 100;

/** The line of a place, cut to what fits. */
function placeInLine(sql: string, at: number): MarkedPlace {
  const lineStart = sql.lastIndexOf('\n', at - 1) + 1;
  const lineEnd = sql.indexOf('\n', at);
  const line = sql.slice(lineStart, lineEnd < 0 ? undefined : lineEnd).replaceAll('\t', ' ');
  const column = at - lineStart;
  const from = column < WIDTH - 20 ? 0 : column - WIDTH / 2;
  return markedPlace(line.slice(from, from + WIDTH), column - from, column - from);
}

function hintOf(database: Database.Database, message: string): string | undefined {
  const [, kind, name = ''] = /^no such (column|table|function): (\S+)/.exec(message) ?? [];
  if (message === 'not authorized') return 'load_extension() is disabled';
  if (kind === undefined) return undefined;
  const word = name.slice(name.lastIndexOf('.') + 1);
  const known = kind === 'column' ? columnNames(database) : kind === 'table' ? tableNames(database) : functionNames();
  const meant = nearest(word, known);
  if (meant !== undefined) return `did you mean ${meant}?`;
  if (kind === 'column') return "write text in single quotes: 'ESTAB'; docs/schema.md lists the columns";
  if (kind === 'table') return `tables: ${tableNames(database).join(', ')}`;
  return undefined;
}

/** The nearest name, if at most a third of its letters differ. */
function nearest(word: string, names: readonly string[]): string | undefined {
  const ranked = names
    .map((name) => ({ name, distance: editDistance(word.toLowerCase(), name) }))
    .filter(({ name, distance }) => distance > 0 && distance <= Math.ceil(name.length / 3))
    .sort((a, b) => a.distance - b.distance);
  return ranked[0]?.name;
}

/** Levenshtein distance. */
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
