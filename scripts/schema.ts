/**
 * Writes docs/schema.md from the live schema and the notes in src/store/schema-notes/: `npm run schema`.
 * With --check it writes nothing, and fails if the page is out of date or a column has no note; a test does the same.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type Sqlite from 'better-sqlite3';
import { SQL_FUNCTIONS } from '../src/sql/functions.js';
import { SOCKETS_AT_COLUMNS } from '../src/sql/tables.js';
import { MIGRATIONS } from '../src/store/migrations/migrations.js';
import type { ColumnNote, TableNote } from '../src/store/schema-notes/table-note.js';
import { INTERNAL_TABLES, SCHEMA_NOTES } from '../src/store/schema-notes.js';
import { Database } from '../src/store/sqlite.js';

export const SCHEMA_PAGE = fileURLToPath(new URL('../../docs/schema.md', import.meta.url));

const HEAD = `<!-- Made by npm run schema from the schema and src/store/schema-notes/. -->

# The database

One SQLite file holds a host's history. The stock \`sqlite3\` opens it, also while the recorder writes to it. Everything on
this page except the last section works without sstory. The tables and views on this page are stable: columns are added,
never renamed or removed. The other tables (${[...INTERNAL_TABLES].map((name) => `\`${name}\``).join(', ')}) are
internal and may change between versions. [cookbook.md](cookbook.md) has questions with their queries,
[tools.md](tools.md) shows other programs that read the file.

Times are INTEGER microseconds since the Unix epoch, in columns ending in \`_us\`;
\`datetime(opened_us / 1e6, 'unixepoch', 'localtime')\` makes one readable. Durations end in \`_us\` or \`_ms\` too, and
their meaning says so. States are written as \`ss\` prints them; \`UNCONN\` is a closed socket. NULL means unknown.

**Observed or inferred.** A time whose \`not_before_us\` is NULL was observed. Otherwise it was inferred: it is the latest
possible time, \`not_before_us\` is the earliest (0: no lower bound), and nothing was seen in between. \`source\` is how it is
known: \`probe\` (a BPF program reported it), \`snapshot\` (two dumps differ), \`timer\` (a kernel timer of known length
expired).

**Loss.** Every period in which records may be missing has a row in \`gaps\`. Join it with your query:
\`... WHERE NOT EXISTS (SELECT 1 FROM gaps g WHERE g.scope = 'transitions' AND g.from_us <= at_us AND g.to_us >= at_us)\`.
`;

interface LiveColumn {
  readonly name: string;
  readonly type: string;
}

/** The page's text. Throws if a table or a column has no note, or a note has no column. */
export function schemaPage(database: Sqlite.Database = newest()): string {
  const tables = database
    .prepare("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'")
    .pluck()
    .all() as string[];
  const shown = tables.filter((name) => !INTERNAL_TABLES.has(name));
  const without = shown.filter((name) => !Object.hasOwn(SCHEMA_NOTES, name));
  if (without.length > 0) throw new Error(`no note in src/store/schema-notes/ of: ${without.join(', ')}`);
  const sections = Object.entries(SCHEMA_NOTES).map(([table, note]) => section(database, table, note));
  return [HEAD, ...sections, functionsSection()].join('\n');
}

/** A database with every migration. */
export function newest(): Sqlite.Database {
  const database = new Database(':memory:');
  for (const migration of MIGRATIONS) database.exec(migration);
  return database;
}

function section(database: Sqlite.Database, table: string, note: TableNote): string {
  const live = database.prepare('SELECT name, type FROM pragma_table_info(?)').all(table) as LiveColumn[];
  const names = live.map(({ name }) => name);
  const missing = names.filter((name) => !Object.hasOwn(note.columns, name));
  const gone = Object.keys(note.columns).filter((name) => !names.includes(name));
  if (missing.length > 0) throw new Error(`no note in src/store/schema-notes/ of ${table}: ${missing.join(', ')}`);
  if (gone.length > 0)
    throw new Error(`src/store/schema-notes/ has notes of columns that ${table} lacks: ${gone.join(', ')}`);
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
  if (known === undefined) throw new Error(`the note of ${name} needs a type, because SQLite has none`);
  return `| \`${name}\` | ${known} |${unit === undefined ? '' : ` ${unit}`} | ${meaning} | ${source} |`;
}

function functionsSection(): string {
  const functions = SQL_FUNCTIONS.map(([call, meaning]) => `| \`${call}\` | ${meaning} |`);
  return `## What sstory sql adds

| call | meaning |
| --- | --- |
${functions.join('\n')}

Times are microseconds, or text as \`--at\` accepts it. \`ss()\` has the columns of \`connections\`; its arguments are
literals, and its times may be left out.
\`sockets_at(t)\` has ${SOCKETS_AT_COLUMNS.map((name) => `\`${name}\``).join(', ')}:
of \`connections\`, and of the last of \`samples\` before \`t\`. \`since_us\` is when the state was entered, \`age_us\` how long
before \`t\` that was, \`source\` how it is known, and \`uncertain\` is 1 if the next change may have happened before \`t\`.
`;
}

function main(): void {
  const page = schemaPage();
  if (!process.argv.includes('--check')) writeFileSync(SCHEMA_PAGE, page);
  else if (readFileSync(SCHEMA_PAGE, 'utf8') !== page) {
    process.stderr.write('docs/schema.md is out of date: npm run schema writes it\n');
    process.exitCode = 1;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
