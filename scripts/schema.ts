/**
 * Writes docs/schema.md out of the live schema and what src/store/schema-notes.ts says of its columns: `npm run schema`.
 * With --check it writes nothing, and fails where the page is another or a column has no note; a test does the same.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { SQL_FUNCTIONS } from '../src/sql/functions.js';
import { SOCKETS_AT_COLUMNS } from '../src/sql/tables.js';
import { MIGRATIONS } from '../src/store/migrations/migrations.js';
import { type ColumnNote, INTERNAL_TABLES, SCHEMA_NOTES, type TableNote } from '../src/store/schema-notes.js';

export const SCHEMA_PAGE = fileURLToPath(new URL('../../docs/schema.md', import.meta.url));

const HEAD = `<!-- Made by npm run schema out of the schema and src/store/schema-notes.ts. -->

# The database

One SQLite file holds a host's history. The stock \`sqlite3\` opens it, also while it is being recorded into, and needs no code of
sstory's for anything on this page but its last section. What is on this page is stable: columns are added, never renamed or taken away. Tables that are
not on this page (${[...INTERNAL_TABLES].map((name) => `\`${name}\``).join(', ')}) are how it is kept, and may change between versions.
docs/cookbook.md has questions with their queries, docs/tools.md shows other programs that read the file.

Times are INTEGER microseconds since the Unix epoch, in columns ending in \`_us\`; \`datetime(opened_us / 1e6, 'unixepoch', 'localtime')\`
reads one. Durations end in \`_us\` or \`_ms\` as well and say so. States are written as \`ss\` prints them; \`UNCONN\` is a socket that is closed.
NULL means not known.

**Observed or inferred.** A time whose \`not_before_us\` is NULL was observed. Otherwise it is the latest time at which it can have happened,
\`not_before_us\` is the earliest (0: there is no lower bound), and nothing was seen in between. \`source\` says how it is known: \`probe\` (a BPF
program reported it), \`snapshot\` (two sock_diag dumps differ), \`timer\` (a kernel timer of known length ran out).

**Loss.** Whenever the history may be incomplete there is a row in \`gaps\`. Join it with what you ask:
\`... WHERE NOT EXISTS (SELECT 1 FROM gaps g WHERE g.from_us <= at_us AND g.to_us >= at_us)\`.
`;

interface LiveColumn {
  readonly name: string;
  readonly type: string;
}

/** The page's text. Throws where a table or a column has no note, or a note has no column. */
export function schemaPage(database: Database.Database = newest()): string {
  const tables = database
    .prepare("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'")
    .pluck()
    .all() as string[];
  const shown = tables.filter((name) => !INTERNAL_TABLES.has(name));
  const without = shown.filter((name) => !Object.hasOwn(SCHEMA_NOTES, name));
  if (without.length > 0) throw new Error(`no note in src/store/schema-notes.ts of: ${without.join(', ')}`);
  const sections = Object.entries(SCHEMA_NOTES).map(([table, note]) => section(database, table, note));
  return [HEAD, ...sections, functionsSection()].join('\n');
}

/** A database with every migration. */
export function newest(): Database.Database {
  const database = new Database(':memory:');
  for (const migration of MIGRATIONS) database.exec(migration);
  return database;
}

function section(database: Database.Database, table: string, note: TableNote): string {
  const live = database.prepare('SELECT name, type FROM pragma_table_info(?)').all(table) as LiveColumn[];
  const names = live.map(({ name }) => name);
  const undescribed = names.filter((name) => !Object.hasOwn(note.columns, name));
  const gone = Object.keys(note.columns).filter((name) => !names.includes(name));
  if (undescribed.length > 0)
    throw new Error(`no note in src/store/schema-notes.ts of ${table}: ${undescribed.join(', ')}`);
  if (gone.length > 0) throw new Error(`src/store/schema-notes.ts notes what ${table} has not: ${gone.join(', ')}`);
  const rows = live.flatMap(({ name, type }) => {
    const column = note.columns[name];
    return column === undefined ? [] : [columnRow(name, type, column)];
  });
  return `## ${table}

${note.text}

| column | type | unit | meaning | source |
| --- | --- | --- | --- | --- |
${rows.join('\n')}
${note.more === undefined ? '' : `\n${note.more}\n`}`;
}

function columnRow(name: string, type: string, { type: ofView, unit, meaning, source }: ColumnNote): string {
  const known = type || ofView;
  if (known === undefined) throw new Error(`the note of ${name} needs a type: SQLite knows none`);
  return `| \`${name}\` | ${known} |${unit === undefined ? '' : ` ${unit}`} | ${meaning} | ${source} |`;
}

function functionsSection(): string {
  const functions = SQL_FUNCTIONS.map(([call, meaning]) => `| \`${call}\` | ${meaning} |`);
  return `## What sstory sql adds

| call | meaning |
| --- | --- |
${functions.join('\n')}

Times are microseconds, or text as \`--at\` takes it. \`ss(filter)\` has the columns of \`connections\`; its filter is written out in single quotes.
\`sockets_at(t)\` has ${SOCKETS_AT_COLUMNS.map((name) => `\`${name}\``).join(', ')}:
of \`connections\` and of the last of \`samples\` up to then; \`since_us\` is when the state was entered, \`age_us\` how long before \`t\` that was, \`source\` how
it is known, and \`uncertain\` is 1 where the next change may have happened before \`t\` already.
`;
}

function main(): void {
  const page = schemaPage();
  if (!process.argv.includes('--check')) writeFileSync(SCHEMA_PAGE, page);
  else if (readFileSync(SCHEMA_PAGE, 'utf8') !== page) {
    process.stderr.write('docs/schema.md is not what the schema says: npm run schema writes it\n');
    process.exitCode = 1;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
