/** The tables of a fleet in ClickHouse: their engines, their DDL, and the views over all their versions. */
import {
  COUNTS,
  EVENTS,
  FLEET_SCHEMA,
  type FleetColumn,
  GAPS,
  HOSTS,
  LIVES,
  NAMES,
  OPEN_LIVES,
  SEGMENTS,
} from './columns.js';

export type TableName = 'lives' | 'open_lives' | 'counts' | 'events' | 'gaps' | 'names' | 'segments' | 'hosts';

export interface FleetTable {
  readonly name: TableName;
  readonly meaning: string;
  readonly columns: readonly FleetColumn[];
  /** What ReplacingMergeTree is given: the columns of the version and of deletion. */
  readonly replacing: string;
  /** A row with the same values of these is the same row. */
  readonly key: readonly string[];
  /** How many of them the index of the table holds; the others only tell rows apart. */
  readonly indexed: number;
  /** The moment by whose day the table is divided, and after which its rows expire. */
  readonly expires: string;
  /** Rows that expire after `earlyDays`: they only replace older ones. */
  readonly expiresEarly?: string;
  /** Divided by day: a whole day expires at once. Rows of the others replace older ones, at any time later. */
  readonly byDay: boolean;
  readonly skipIndexes?: readonly string[];
}

/** A file can be copied to another machine: both tell histories apart. */
const FILE = ['machine', 'file'] as const;

export const FLEET_TABLES: readonly FleetTable[] = [
  {
    name: 'lives',
    meaning: 'closed connections, one row each',
    columns: LIVES,
    replacing: '',
    // What was open at T is a short range of each life class (docs/store.md): opened in (T - 4^class .. T].
    key: ['life_class', 'opened_us', ...FILE, 'connection_id'],
    indexed: 2,
    expires: 'closed_us',
    byDay: true,
    skipIndexes: [
      'INDEX by_remote_addr remote_addr TYPE bloom_filter(0.01) GRANULARITY 4',
      'INDEX by_remote_port remote_port TYPE bloom_filter(0.01) GRANULARITY 4',
      'INDEX by_close_reason close_reason TYPE set(16) GRANULARITY 4',
    ],
  },
  {
    name: 'open_lives',
    meaning: 'connections that were open when they were last sent',
    columns: OPEN_LIVES,
    replacing: 'version, is_deleted',
    key: [...FILE, 'connection_id'],
    indexed: 3,
    expires: 'version',
    // Every connection of more than 10 s leaves one.
    expiresEarly: 'is_deleted = 1',
    byDay: false,
  },
  {
    name: 'counts',
    meaning: 'ordinary short connections, counted by minute, process and peer',
    columns: COUNTS,
    replacing: '',
    key: [
      ...['minute_us', ...FILE, 'segment', 'netns', "ifNull(comm, '')", 'origin', 'family'],
      ...['remote_addr', 'remote_port', 'local_port'],
    ],
    indexed: 2,
    expires: 'minute_us',
    byDay: true,
  },
  {
    name: 'events',
    meaning: 'what happened to connections without changing their state',
    columns: EVENTS,
    replacing: '',
    key: ['at_us', ...FILE, 'event_id'],
    indexed: 1,
    expires: 'at_us',
    byDay: true,
  },
  {
    name: 'gaps',
    meaning: 'periods in which rows may be missing',
    columns: GAPS,
    // A gap that goes on is sent again, and a request can arrive late: the longest counts.
    replacing: 'to_us',
    key: ['from_us', ...FILE, 'gap_id', 'scope'],
    indexed: 1,
    expires: 'to_us',
    byDay: true,
  },
  {
    name: 'names',
    meaning: 'which name resolved to which address, and when',
    columns: NAMES,
    replacing: 'version',
    key: ['name', 'address', 'from_us', ...FILE, 'netns', 'source'],
    indexed: 3,
    expires: 'version',
    byDay: false,
  },
  {
    name: 'segments',
    meaning: 'what was sent, as proof of what is complete',
    columns: SEGMENTS,
    replacing: '',
    key: ['from_us', ...FILE, 'boot', 'segment'],
    indexed: 1,
    expires: 'to_us',
    byDay: true,
  },
  {
    name: 'hosts',
    meaning: 'the hosts, as they last reported',
    columns: HOSTS,
    replacing: 'version',
    key: [...FILE],
    indexed: 2,
    expires: 'version',
    byDay: false,
  },
];

/** Days for which rows are kept, unless `fleet init --retain` gives another number. */
export const DEFAULT_DAYS = 30;

/** Inserts whose tokens ClickHouse remembers, for each table: on a plain MergeTree it remembers none by default. */
const DEDUPLICATED_INSERTS = 10_000;

export interface DdlOptions {
  /** Days after which rows expire. */
  readonly days: number;
  /** Days after which rows expire that only replace older ones; default: 1. */
  readonly earlyDays?: number;
  /** Of `ON CLUSTER`: the tables are made on every node, with engines that replicate. */
  readonly cluster?: string | undefined;
}

/** The columns of a table, in order. */
export function columnNames(name: TableName): [string, ...string[]] {
  return NAMES_OF_COLUMNS[name];
}

const NAMES_OF_COLUMNS = Object.fromEntries(
  FLEET_TABLES.map((table) => [table.name, table.columns.map((column) => column.name)]),
) as Record<TableName, [string, ...string[]]>;

/** The table that holds the rows; a change that is not additive gets a table with the next number. */
export function versionedName(name: TableName): string {
  return `${name}_v${FLEET_SCHEMA}`;
}

/** The statements that make the tables, in order. What exists is left as it is. */
export function createStatements(options: DdlOptions): readonly string[] {
  return FLEET_TABLES.flatMap((table) => [createTable(table, options), createView(table, options)]);
}

/** A table that exists: its columns by name, and its engine with everything that follows it in SHOW CREATE TABLE. */
export interface ExistingTable {
  readonly columns: ReadonlySet<string>;
  readonly engine: string;
}

/**
 * The statements that make what is missing beside existing tables: whole tables, columns, another retention.
 * @param existing by name
 * @param keepsDays rows of existing tables expire as before
 */
export function upgradeStatements(
  existing: ReadonlyMap<string, ExistingTable>,
  options: DdlOptions,
  { keepsDays }: { readonly keepsDays: boolean },
): readonly string[] {
  return FLEET_TABLES.flatMap((table) => {
    const found = existing.get(versionedName(table.name));
    const changes = found === undefined ? [createTable(table, options)] : changesOf(table, found, options, keepsDays);
    const isViewComplete = table.columns.every(({ name }) => existing.get(table.name)?.columns.has(name) ?? false);
    return [...changes, ...(isViewComplete ? [] : [createView(table, options)])];
  });
}

function changesOf(
  table: FleetTable,
  { columns, engine }: ExistingTable,
  options: DdlOptions,
  keepsDays: boolean,
): readonly string[] {
  const adds = table.columns
    .filter(({ name }) => !columns.has(name))
    .map((column) => `  ADD COLUMN IF NOT EXISTS ${columnText(column)}`);
  const kept = keepsDays ? /toIntervalDay\((\d+)\)/.exec(engine)?.[1] : undefined;
  const days = kept === undefined ? options.days : Number(kept);
  const alter = `ALTER TABLE ${versionedName(table.name)}${onCluster(options)}`;
  return [
    ...(adds.length === 0 ? [] : [`${alter}\n${adds.join(',\n')}`]),
    ...(hasTtl(table, engine, days) ? [] : [`${alter} MODIFY TTL ${ttlOf(table, { days })}`]),
  ];
}

function hasTtl({ expiresEarly }: FleetTable, engine: string, days: number): boolean {
  return engine.includes(`toIntervalDay(${days})`) && (expiresEarly === undefined || engine.includes(expiresEarly));
}

/** What follows a name in DDL. */
export function onCluster({ cluster }: DdlOptions): string {
  return cluster === undefined ? '' : ` ON CLUSTER ${quoted(cluster)}`;
}

/** An identifier. */
export function quoted(name: string): string {
  return `\`${name.replaceAll(/[\\`]/g, '\\$&')}\``;
}

function createTable(table: FleetTable, options: DdlOptions): string {
  const { name, columns, key, indexed, skipIndexes = [], byDay } = table;
  const lines = [...columns.map(columnText), ...skipIndexes];
  const settings = [
    ...(byDay ? ['ttl_only_drop_parts = 1'] : []),
    `${options.cluster === undefined ? 'non_replicated' : 'replicated'}_deduplication_window = ${DEDUPLICATED_INSERTS}`,
  ];
  return [
    `CREATE TABLE IF NOT EXISTS ${versionedName(name)}${onCluster(options)} (`,
    `${lines.map((line) => `  ${line}`).join(',\n')}`,
    `) ENGINE = ${engineOf(table, options)}`,
    ...(byDay ? [`PARTITION BY toDate(fromUnixTimestamp64Micro(toInt64(${table.expires}), 'UTC'))`] : []),
    `PRIMARY KEY (${key.slice(0, indexed).join(', ')})`,
    `ORDER BY (${key.join(', ')})`,
    `TTL ${ttlOf(table, options)}`,
    `SETTINGS ${settings.join(', ')}`,
  ].join('\n');
}

function columnText({ name, type, codec }: FleetColumn): string {
  return `${name} ${type}${codec === undefined ? '' : ` CODEC(${codec})`}`;
}

/** Paths in Keeper have the shard and replica by the macros that a cluster's servers define. */
function engineOf({ replacing, name }: FleetTable, { cluster }: DdlOptions): string {
  if (cluster === undefined) return `ReplacingMergeTree${replacing === '' ? '' : `(${replacing})`}`;
  const path = `'/clickhouse/tables/{shard}/{database}/${versionedName(name)}', '{replica}'`;
  return `ReplicatedReplacingMergeTree(${[path, ...(replacing === '' ? [] : [replacing])].join(', ')})`;
}

function ttlOf({ expires, expiresEarly }: FleetTable, { days, earlyDays = 1 }: DdlOptions): string {
  const time = `toDateTime(intDiv(${expires}, 1000000), 'UTC')`;
  const early = expiresEarly === undefined ? '' : `, ${time} + INTERVAL ${earlyDays} DAY DELETE WHERE ${expiresEarly}`;
  return `${time} + INTERVAL ${days} DAY${early}`;
}

/** Over the rows of all versions: what questions read. */
function createView({ name, columns }: FleetTable, options: DdlOptions): string {
  const lines = columns.map(({ name: column, type }) => `  ${column} ${type}`);
  return [
    `CREATE OR REPLACE TABLE ${name}${onCluster(options)} (`,
    lines.join(',\n'),
    `) ENGINE = Merge(currentDatabase(), '^${name}_v[0-9]+$')`,
  ].join('\n');
}
