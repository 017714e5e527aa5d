/** Databases with any values that their tables can hold, written without the code of exports and imports. */

import type Database from 'better-sqlite3';
import fc from 'fast-check';
import type { Connection } from '../../src/model/connection.js';
import { EVENT_KINDS } from '../../src/model/connection-event.js';
import { GAP_REASONS, GAP_SCOPES } from '../../src/model/gap.js';
import { NO_CHANGES } from '../../src/model/history-batch.js';
import { PRUNE_REASONS } from '../../src/model/history-rows.js';
import { NAME_ENDS, NAME_SOURCES } from '../../src/model/name.js';
import { RUN_SOURCES } from '../../src/model/run.js';
import { TIMER_KINDS } from '../../src/model/socket-row.js';
import { openForWriting } from '../../src/store/database.js';
import { HistoryWriter } from '../../src/store/writer.js';
import { generatedRows } from './generated-rows.js';

const TABLES = [
  'runs',
  'cgroup',
  'owner',
  'events',
  'settings',
  'sample',
  'snapshots',
  'gaps',
  'names',
  'prunings',
  'namespaces',
] as const;
/** All tables and views of docs/schema.md, and the tables they are made from, except those whose ids an import makes. */
const ALL_TABLES = [
  ...TABLES.filter((table) => table !== 'settings' && table !== 'sample'),
  ...['socket', 'connections', 'transitions', 'owners', 'samples'],
] as const;

interface Column {
  readonly name: string;
  readonly type: string;
  readonly notnull: 0 | 1;
  readonly pk: number;
}

type Values = (string | number | null)[];

/** Columns that allow only some values, with their table if another one has the name as well. */
const SPECIAL: Readonly<Record<string, fc.Arbitrary<string | number>>> = {
  id: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  connection_id: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  clock_steps: fc
    .array(fc.tuple(fc.maxSafeInteger(), fc.maxSafeInteger()), { maxLength: 3 })
    .map((steps) => JSON.stringify(steps.map(([at_us, step_us]) => ({ at_us, step_us })))),
  complete: fc.constantFrom(0, 1),
  owners: fc.constantFrom(0, 1),
  timer: fc.nat(TIMER_KINDS.length - 1),
  settings_id: fc.integer({ min: 1, max: 6 }),
  'settings.id': fc.integer({ min: 1, max: 6 }),
  address: fc.oneof(fc.ipV4(), fc.ipV6()),
  'events.kind': fc.constantFrom(...EVENT_KINDS),
  'gaps.reason': fc.constantFrom(...GAP_REASONS),
  'gaps.scope': fc.constantFrom(...GAP_SCOPES),
  'names.ended': fc.constantFrom(...NAME_ENDS),
  'names.source': fc.constantFrom(...NAME_SOURCES),
  'prunings.reason': fc.constantFrom(...PRUNE_REASONS),
  'runs.source': fc.constantFrom(...RUN_SOURCES),
};

function generatedValue(table: string, { name, type, notnull, pk }: Column): fc.Arbitrary<string | number | null> {
  const value: fc.Arbitrary<string | number> =
    SPECIAL[`${table}.${name}`] ??
    SPECIAL[name] ??
    (type === 'TEXT' ? fc.string({ maxLength: 12 }) : fc.maxSafeInteger());
  return notnull === 1 || pk > 0 ? value : fc.option(value);
}

const columnsOf = (database: Database.Database, table: string) => database.pragma(`table_info(${table})`) as Column[];

/** The rows of every table but `socket`, and connections. */
interface GeneratedHistory {
  readonly rows: ReadonlyMap<string, readonly Values[]>;
  readonly connections: readonly Connection[];
}

/** Any content that the tables of a database like this one can hold. */
export function generatedHistory(like: Database.Database): fc.Arbitrary<GeneratedHistory> {
  const rowsOf = (table: string) => {
    const values = columnsOf(like, table).map((column) => generatedValue(table, column));
    return fc.array(fc.tuple(...values), { maxLength: 6 });
  };
  return fc
    .tuple(
      fc.tuple(...TABLES.map((table) => rowsOf(table))),
      fc.uniqueArray(generatedRows.connection, { selector: ({ id }) => id, maxLength: 20 }),
    )
    .map(([rows, connections]) => ({
      rows: new Map(TABLES.map((table, index) => [table, rows[index] ?? []])),
      connections,
    }));
}

/** Writes it into a new database. */
export function writeGenerated(path: string, { rows, connections }: GeneratedHistory): void {
  const database = openForWriting(path);
  const writer = new HistoryWriter(database);
  const changed = connections.map((connection) => ({ connection, isNew: true, firstNewStep: 0 }));
  writer.write({ ...NO_CHANGES, connections: changed, throughUs: 1 }, 1);
  for (const [table, ofTable] of rows) {
    const marks = columnsOf(database, table).map(() => '?');
    const insert = database.prepare(`INSERT OR IGNORE INTO ${table} VALUES (${marks.join(', ')})`);
    for (const values of ofTable) insert.run(values);
  }
  database.close();
}

/** All rows of all tables and views, sorted by their text. */
export function contentOf(database: Database.Database): Record<string, unknown[]> {
  return Object.fromEntries(
    ALL_TABLES.map((table) => {
      const rows = database.prepare(`SELECT * FROM ${table}`).raw().all() as unknown[][];
      return [table, rows.map((row) => JSON.stringify(row)).sort()];
    }),
  );
}
