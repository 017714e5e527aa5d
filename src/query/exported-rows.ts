/** The public tables of docs/schema.md as streams of rows, for export. */

import type Database from 'better-sqlite3';
import { ALWAYS, type Condition } from '../model/condition.js';
import type { Interval } from '../model/interval.js';
import { MIGRATIONS } from '../store/migrations/migrations.js';
import { Database as SqliteDatabase } from '../store/sqlite.js';
import { idsOf } from './connections-by-ports.js';
import { livesBetween } from './lives.js';
import { HAPPENED, LASTED } from './within.js';

export type ExportedValue = string | number | null;

export interface ExportedColumn {
  readonly name: string;
  /** `time`: microseconds since the epoch. */
  readonly type: 'integer' | 'text' | 'time';
}

export interface ExportedTable {
  /** The column with the connection of a row; undefined where rows have none. */
  readonly connection: string | undefined;
  /** Columns of its connection that are exported with each row. */
  readonly ofConnection?: readonly (readonly [name: string, type: ExportedColumn['type']])[];
  /** The condition for a row to lie in the time from @fromUs to @toUs; '1' where the time of its connection decides. */
  readonly within: string;
}

/** What can be exported. */
export const EXPORTED_TABLES = {
  connections: { connection: 'id', within: '1' },
  transitions: {
    connection: 'connection_id',
    within: HAPPENED,
    ofConnection: [
      ['netns', 'integer'],
      ['family', 'integer'],
      ['local_addr', 'text'],
      ['local_port', 'integer'],
      ['remote_addr', 'text'],
      ['remote_port', 'integer'],
    ],
  },
  owners: { connection: 'connection_id', within: LASTED },
  events: { connection: 'connection_id', within: HAPPENED },
  samples: { connection: 'connection_id', within: HAPPENED },
  snapshots: { connection: undefined, within: HAPPENED },
  gaps: { connection: undefined, within: 'v.from_us <= @toUs AND v.to_us >= @fromUs' },
  runs: { connection: undefined, within: 'v.started_us <= @toUs AND coalesce(v.ended_us, v.last_us) >= @fromUs' },
  names: { connection: undefined, within: LASTED },
  namespaces: { connection: undefined, within: LASTED },
  threads: { connection: undefined, within: LASTED },
  sockstat: { connection: undefined, within: HAPPENED },
  bound: { connection: undefined, within: LASTED },
  timewaits: { connection: undefined, within: HAPPENED },
  prunings: { connection: undefined, within: HAPPENED },
} as const satisfies Readonly<Record<string, ExportedTable>>;

export type ExportedName = keyof typeof EXPORTED_TABLES;

export interface ExportSelection {
  readonly what: ExportedName;
  /** On the columns of the table `socket`. Only for tables whose rows belong to connections. */
  readonly condition: Condition | undefined;
  /** Times, inclusive; undefined: all. */
  readonly window: Interval | undefined;
}

/** The columns with a time. The others that end in `_us` have a length of time. */
export const TIME_COLUMNS: ReadonlySet<string> = new Set([
  ...['at_us', 'not_before_us', 'from_us', 'to_us', 'seen_us', 'through_us'],
  ...['opened_us', 'opened_not_before_us', 'closed_us', 'closed_not_before_us'],
  ...['started_us', 'last_us', 'ended_us'],
  ...['last_data_sent_us', 'last_data_recv_us', 'last_ack_recv_us', 'changed_us', 'due_us'],
]);

/** The columns of a table. */
export function exportedColumns(database: Database.Database, what: ExportedName): ExportedColumn[] {
  const types = new Map(declaredIn(currentSchema(), what).map(({ name, type }) => [name, type]));
  const { ofConnection = [] }: ExportedTable = EXPORTED_TABLES[what];
  return [
    ...declaredIn(database, what).map(({ name, type }) => ({ name, type: typeOf(name, types.get(name) ?? type) })),
    ...ofConnection.map(([name, type]) => ({ name, type })),
  ];
}

function declaredIn(database: Database.Database, table: string): { name: string; type: string }[] {
  return database.prepare(`PRAGMA table_xinfo(${table})`).all() as { name: string; type: string }[];
}

let schema: Database.Database | undefined;

/** An empty database, made once. What an older one lacks are expressions on the reader's handle, which have no types. */
function currentSchema(): Database.Database {
  if (schema !== undefined) return schema;
  schema = new SqliteDatabase(':memory:');
  for (const migration of MIGRATIONS) schema.exec(migration);
  return schema;
}

function typeOf(name: string, type: string): ExportedColumn['type'] {
  if (TIME_COLUMNS.has(name)) return 'time';
  return isText(name, type) ? 'text' : 'integer';
}

const NUMBERS: ReadonlySet<string> = new Set(['id', 'pid', 'fd', 'tid', 'inferred']);

/** Expressions in a view have no declared type; ours are text, except these. */
function isText(name: string, type: string): boolean {
  if (type !== '') return type === 'TEXT';
  return !name.endsWith('_us') && !name.endsWith('_id') && !NUMBERS.has(name);
}

/** The rows, each an array in the order of the columns; unordered where a window is given, else in the order of the table. */
export function exportedRows(
  database: Database.Database,
  selection: ExportSelection,
): IterableIterator<ExportedValue[]> {
  const { sql, params } = statementOf(selection);
  return database.prepare(sql).raw().iterate(params) as IterableIterator<ExportedValue[]>;
}

function statementOf({ what, condition, window }: ExportSelection): Condition {
  const table: ExportedTable = EXPORTED_TABLES[what];
  const params = { ...condition?.params, ...window };
  const within = window === undefined ? '1' : table.within;
  if (table.connection === undefined) return { sql: `SELECT v.* FROM ${what} v WHERE ${within}`, params };
  const { ofConnection = [] } = table;
  const columns = ['v.*', ...ofConnection.map(([name]) => `socket.${name}`)].join(', ');
  const join = ofConnection.length === 0 ? '' : `CROSS JOIN socket ON socket.id = v.${table.connection}`;
  if (window === undefined && condition === undefined)
    return { sql: `SELECT ${columns} FROM ${what} v ${join}`, params };
  const from =
    window === undefined ? idsOf(condition ?? ALWAYS) : livesBetween({ select: 'id', where: condition?.sql ?? '1' });
  return {
    sql: `SELECT ${columns} FROM (${from}) c CROSS JOIN ${what} v ON v.${table.connection} = c.id ${join} WHERE ${within}`,
    params,
  };
}
