import type Database from 'better-sqlite3';
import type { HistoryRows, RowKinds } from '../model/history-rows.js';
import { BulkInsert, putColumns } from './bulk-insert.js';
import { ClosedIndex } from './closed-index.js';
import { Closings } from './closings.js';
import { columnValues, HISTORY_TABLES, type PlainKind } from './history-tables.js';
import { SampleTable } from './sample-table.js';
import { putSocketValues, SOCKET_COLUMNS } from './socket-columns.js';

const verb = 'INSERT OR REPLACE';

/** Whether all tables of a database are empty. */
export function isEmptyHistory(database: Database.Database): boolean {
  const any = ['socket', ...Object.values(HISTORY_TABLES)].map((table) => `EXISTS (SELECT 1 FROM ${table})`);
  return (
    database
      .prepare(`SELECT ${any.join(' OR ')}`)
      .pluck()
      .get() === 0
  );
}

/** Writes rows unchanged, with their ids. A row with the id or key of an earlier one replaces it. */
export class RowImport {
  private readonly sockets: BulkInsert<RowKinds['connection']>;
  private readonly closed: ClosedIndex;
  private readonly closings: Closings;
  private readonly numberNext: () => boolean;
  private readonly plain: readonly ((rows: HistoryRows) => number)[];

  constructor(database: Database.Database) {
    this.sockets = new BulkInsert(database, { table: 'socket', columns: SOCKET_COLUMNS, put: putSocketValues, verb });
    this.closed = new ClosedIndex(database);
    this.closings = new Closings(database);
    this.numberNext = database.transaction(() => this.closings.fillNext());
    this.plain = (Object.keys(HISTORY_TABLES) as PlainKind[]).map((kind) => inserterOf(database, kind));
  }

  /** To be called in a transaction. Returns how many rows it wrote. */
  write(rows: HistoryRows): number {
    this.sockets.insert(rows.connection);
    return this.plain.reduce((count, insert) => count + insert(rows), rows.connection.length);
  }

  /** After the last row: makes more connections quick to find, and numbers those that ended. Returns false when all of them are. */
  indexNext(): boolean {
    return this.closed.completeNext() || this.numberNext();
  }
}

function inserterOf<Kind extends PlainKind>(database: Database.Database, kind: Kind): (rows: HistoryRows) => number {
  if (kind === 'sample') return samplesInserter(database);
  const table = HISTORY_TABLES[kind];
  const columns = (database.pragma(`table_info(${table})`) as { name: string }[]).map(({ name }) => name);
  const insert = new BulkInsert<RowKinds[Kind]>(database, {
    table,
    columns: columns.map((column) => `"${column}"`),
    put: putColumns<RowKinds[Kind]>(columnValues<Kind>(columns)),
    verb,
  });
  return (rows) => {
    const ofKind: readonly RowKinds[Kind][] = rows[kind];
    insert.insert(ofKind);
    return ofKind.length;
  };
}

function samplesInserter(database: Database.Database): (rows: HistoryRows) => number {
  const table = new SampleTable(database);
  return ({ sample }) => {
    table.insert(sample);
    return sample.length;
  };
}
