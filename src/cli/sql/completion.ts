import type Database from 'better-sqlite3';
import { printable } from '../../model/printable.js';
import { columnNames, functionNames, tableNames } from '../../sql/schema-names.js';
import { COMMAND_NAMES } from './dot-commands.js';

const KEYWORDS =
  'SELECT FROM WHERE GROUP BY ORDER HAVING LIMIT JOIN LEFT USING AND OR NOT NULL IS IN LIKE BETWEEN CASE WHEN THEN ELSE END WITH UNION ALL DISTINCT COUNT SUM MIN MAX AVG OVER PARTITION ASC DESC EXPLAIN QUERY PLAN'.split(
    ' ',
  );

/** readline's completer: dot commands at the start of a line, otherwise tables, columns, functions and SQL keywords. */
export function completer(database: Database.Database): (line: string) => [string[], string] {
  const functions = functionNames().map((name) => `${name}(`);
  // A file of others can have any names: one that is not printable cannot be offered.
  const names = [...tableNames(database), ...columnNames(database), ...functions].filter(
    (name) => printable(name) === name,
  );
  return (line) => {
    if (/^\s*\.\w*$/.test(line)) return matching(COMMAND_NAMES, line.trim());
    const word = /\w*$/.exec(line)?.[0] ?? '';
    if (word === '') return [[], ''];
    const lower = word === word.toLowerCase();
    const keywords = KEYWORDS.map((keyword) => (lower ? keyword.toLowerCase() : keyword));
    return matching([...new Set([...names, ...keywords])], word);
  };
}

function matching(names: readonly string[], word: string): [string[], string] {
  return [names.filter((name) => name.toLowerCase().startsWith(word.toLowerCase())), word];
}
