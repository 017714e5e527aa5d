/** What a database holds: rows and bytes of each table, and its gaps in groups. */
import type Database from 'better-sqlite3';
import type { GapReason, GapScope } from '../model/gap.js';
import { readPruned } from '../store/prunings.js';
import { readRuns } from '../store/runs.js';
import { historyUuid, oneMoment } from './history-facts.js';
import { recordedSpan } from './span.js';

export interface TableContents {
  readonly name: string;
  /** undefined: it has none of its own. */
  readonly rows: number | undefined;
  /** With its indexes. */
  readonly bytes: number;
}

/** The gaps of one kind. */
export interface GapGroup {
  readonly reason: GapReason;
  readonly scope: GapScope;
  readonly gaps: number;
  /** Records that were counted as lost, and the gaps whose number is not known. */
  readonly lost: number;
  readonly uncounted: number;
}

/** Tables under the name that a reader knows. The tables by which closed connections are found count as theirs. */
const SHOWN_NAMES: Readonly<Record<string, string>> = {
  socket: 'connections',
  closed_life: 'connections',
  closed_port: 'connections',
  closed_through: 'connections',
  owner: 'further owners',
  cgroup: 'cgroups',
  events: 'events',
  samples: 'samples',
  sample: 'samples',
  settings: 'samples',
  names: 'names',
  snapshots: 'snapshots',
  namespaces: 'namespaces',
  threads: 'threads',
  sockstat: 'socket counts',
  bound: 'bound sockets',
  timewaits: 'timewait sockets',
  gaps: 'gaps',
  prunings: 'prunings',
  runs: 'runs',
};
/** Of the tables that a name stands for, the one whose rows are counted. */
const COUNTED: ReadonlySet<string> = new Set(
  Object.keys(SHOWN_NAMES).filter((table) => !table.startsWith('closed_') && table !== 'settings'),
);
const OTHERS = 'other tables';
const FREE = 'free pages';

/** As of one moment, also while it is being recorded into. Reads every page of the file. */
export function contentsOf(database: Database.Database) {
  using _moment = oneMoment(database);
  return {
    schemaVersion: Number(database.pragma('user_version', { simple: true })),
    uuid: historyUuid(database),
    span: recordedSpan(database),
    runs: readRuns(database),
    pruned: readPruned(database),
    gaps: gapGroups(database),
    tables: tablesOf(database),
  };
}

export type Contents = ReturnType<typeof contentsOf>;

/** The largest first; last, the internal ones and the pages that hold nothing. */
function tablesOf(database: Database.Database): TableContents[] {
  const pages = database
    .prepare<[], { table: string; bytes: number }>(
      `SELECT coalesce(s.tbl_name, d.name) AS "table", sum(d.pgsize) AS bytes
       FROM (SELECT name, pgsize FROM dbstat WHERE aggregate = 1) d LEFT JOIN main.sqlite_schema s ON s.name = d.name
       GROUP BY 1`,
    )
    .all();
  const tables = new Map<string, TableContents>();
  for (const { table, bytes } of pages) {
    const name = SHOWN_NAMES[table] ?? OTHERS;
    const { rows, bytes: others = 0 } = tables.get(name) ?? {};
    tables.set(name, { name, rows: COUNTED.has(table) ? rowsOf(database, table) : rows, bytes: bytes + others });
  }
  const pragma = (name: string) => Number(database.pragma(name, { simple: true }));
  const free = { name: FREE, rows: undefined, bytes: pragma('freelist_count') * pragma('page_size') };
  const isOther = ({ name }: TableContents) => Number(name === OTHERS);
  return [...[...tables.values()].sort((a, b) => isOther(a) - isOther(b) || b.bytes - a.bytes), free];
}

function rowsOf(database: Database.Database, table: string): number {
  return database.prepare<[], number>(`SELECT count(*) FROM main."${table}"`).pluck().get() ?? 0;
}

function gapGroups(database: Database.Database): GapGroup[] {
  return database
    .prepare<[], GapGroup>(
      `SELECT reason, scope, count(*) AS gaps, coalesce(sum(lost), 0) AS lost, sum(lost IS NULL) AS uncounted
       FROM gaps GROUP BY reason, scope ORDER BY scope <> 'transitions', scope, reason`,
    )
    .all();
}
