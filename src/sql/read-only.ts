import type Database from 'better-sqlite3';
import { SstoryError } from '../model/error.js';
import { type SqlToken, sqlTokens } from './sql-tokens.js';

const READING_WORDS: ReadonlySet<string> = new Set(['select', 'with', 'values', 'explain', 'pragma']);

/** Pragmas that only read; an argument in parentheses names a table or an index, or limits a list. */
const READING_PRAGMAS: ReadonlySet<string> = new Set([
  'application_id',
  'collation_list',
  'compile_options',
  'database_list',
  'encoding',
  'foreign_key_check',
  'foreign_key_list',
  'freelist_count',
  'function_list',
  'index_info',
  'index_list',
  'index_xinfo',
  'integrity_check',
  'journal_mode',
  'module_list',
  'page_count',
  'page_size',
  'pragma_list',
  'quick_check',
  'schema_version',
  'table_info',
  'table_list',
  'table_xinfo',
  'user_version',
]);
/** Pragmas of the above whose argument would set the value. */
const SETTING_PRAGMAS: ReadonlySet<string> = new Set([
  'application_id',
  'encoding',
  'journal_mode',
  'page_size',
  'schema_version',
  'user_version',
]);

/**
 * Prepares a statement that only reads, and refuses every other. The file is safe without this (the handle is read-only and
 * query_only is on), but VACUUM INTO would still create a file, ATTACH could read other files, and PRAGMA could turn query_only off.
 * @throws SstoryError `read-only`, `sql`; SQLite's own errors
 */
export function prepareReading(database: Database.Database, sql: string): Database.Statement {
  const tokens = sqlTokens(sql);
  refuseUnreadable(sql, tokens);
  const verb = tokens[0]?.text.toLowerCase() ?? '';
  if (!READING_WORDS.has(verb)) {
    // SQLite reports a syntax error with more detail for words that are not SQL.
    if (!WRITING_WORDS.has(verb)) database.prepare(sql);
    throw refused(verb.toUpperCase());
  }
  if (verb === 'pragma') refuseSetting(tokens.slice(1).map(({ text }) => text.toLowerCase()));
  const statement = database.prepare(sql);
  if (verb !== 'explain' && !statement.readonly) throw refused('a statement that writes');
  if (!statement.reader) throw refused(verb.toUpperCase());
  refuseParameters(tokens);
  return statement;
}

/** SQLite would read a text up to its first NUL only, and better-sqlite3 has an error without a code for what holds nothing. */
function refuseUnreadable(sql: string, tokens: readonly SqlToken[]): void {
  if (sql.includes('\0')) throw new SstoryError('sql', 'the statement contains a NUL character');
  if (tokens.length === 0) throw new SstoryError('sql', 'the statement is empty');
}

/** `?`, `?1`, `:name`, `@name`, `$name`: to be called after SQLite has accepted the statement, which has these marks nowhere else. */
function refuseParameters(tokens: readonly SqlToken[]): void {
  const parameter = tokens.find(({ kind, text }) => (kind === 'mark' && '?:@#'.includes(text)) || text.startsWith('$'));
  if (parameter === undefined) return;
  throw new SstoryError('sql', `the parameter at "${parameter.text}" has no value`, {
    hint: 'write the value itself; text in single quotes',
  });
}

const WRITING_WORDS: ReadonlySet<string> = new Set(
  'alter analyze attach begin commit create delete detach drop end insert reindex release replace rollback savepoint update vacuum'.split(
    ' ',
  ),
);

function refuseSetting(words: readonly string[]): void {
  const [name = '', next] = words[1] === '.' ? words.slice(2) : words;
  if (!READING_PRAGMAS.has(name) || next === '=' || (next !== undefined && SETTING_PRAGMAS.has(name))) {
    throw refused(`PRAGMA ${words.join(' ')}`);
  }
}

function refused(what: string): SstoryError {
  return new SstoryError('read-only', `sstory sql is read-only: ${what} is refused`, {
    hint: 'it accepts SELECT, WITH, VALUES, EXPLAIN, and PRAGMAs that only read (table_info, index_list ...)',
  });
}
