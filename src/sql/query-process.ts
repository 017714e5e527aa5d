/**
 * The process that runs queries, so that a long one can be stopped by killing it: SQLite runs in the thread that calls it,
 * and better-sqlite3 does not expose its interrupt. Started by QueryRunner with the path of the database.
 */
import type Database from 'better-sqlite3';
import { SstoryError } from '../model/error.js';
import type { Interval } from '../model/interval.js';
import { type HistoryFilter, historyFilter } from '../query/history-filter.js';
import { recordedLookups } from '../query/recorded-lookups.js';
import { openForReading } from '../store/database.js';
import { isOfSchemaBefore } from '../store/previous-schema.js';
import { dieWithParent } from '../sys/parent-death.js';
import { systemLookups } from '../sys/system-lookups.js';
import { type Cell, toWire, type WireCell } from './cell.js';
import { registerFunctions, timeReader } from './functions.js';
import type { Failure, Reply, Request } from './messages.js';
import { prepareReading } from './read-only.js';
import { explained } from './sql-error.js';
import { ssFiltersIn } from './ss-table.js';
import { registerTables, type TableContext } from './tables.js';

/** Rows are sent when there are this many, or when the first has waited this long. */
const ROWS_PER_MESSAGE = 512;
const LONGEST_WAIT_MS = 200;
/** Messages that may be in flight: bounds the memory of both processes. */
const MESSAGES_AHEAD = 4;

class QueryProcess {
  private database: Database.Database;
  private lookups: Database.Database;
  private ahead = 0;
  private resume: () => void = () => undefined;
  private context: TableContext | undefined;

  constructor(private readonly path: string) {
    this.lookups = this.open();
    this.database = this.openWithTables();
  }

  private open(): Database.Database {
    const handle = openForReading(this.path);
    handle.pragma('query_only = ON');
    return handle;
  }

  private openWithTables(): Database.Database {
    const database = this.open();
    registerTables(database, () => {
      if (this.context === undefined) throw new Error('no statement is running');
      return this.context;
    });
    return database;
  }

  private openAgainIfMigrated(): void {
    if (!isOfSchemaBefore(this.lookups)) return;
    for (const handle of [this.database, this.lookups]) handle.close();
    this.lookups = this.open();
    this.database = this.openWithTables();
  }

  async answer(request: Request): Promise<void> {
    if (request.kind === 'shown') {
      this.ahead--;
      this.resume();
      return;
    }
    try {
      this.openAgainIfMigrated();
      await this.run(request.sql, request.nowUs);
      send({ kind: 'done' });
    } catch (error) {
      send({ kind: 'failed', failure: failureOf(this.database, request.sql, error) });
    }
  }

  private async run(sql: string, nowUs: number): Promise<void> {
    const notes = new Set<string>();
    const time = timeReader(this.lookups, nowUs);
    this.context = {
      ...{ lookups: this.lookups, time },
      filters: await ssFiltersIn(sql, time, (words, window) => this.filterOf(words, window)),
      note: (text) => {
        if (!notes.has(text)) send({ kind: 'note', text });
        notes.add(text);
      },
    };
    registerFunctions(this.database, this.lookups, nowUs);
    const statement = prepareReading(this.database, sql).safeIntegers(true).raw(true);
    send({ kind: 'columns', columns: statement.columns().map(({ name }) => name) });
    let rows: WireCell[][] = [];
    let sentMs = performance.now();
    for (const row of statement.iterate()) {
      rows.push((row as Cell[]).map(toWire));
      if (rows.length < ROWS_PER_MESSAGE && performance.now() - sentMs < LONGEST_WAIT_MS) continue;
      await this.sendRows(rows);
      rows = [];
      sentMs = performance.now();
    }
    if (rows.length > 0) await this.sendRows(rows);
  }

  private async filterOf(words: readonly string[], during: Interval | undefined): Promise<HistoryFilter | undefined> {
    const note = (text: string) => send({ kind: 'note', text });
    const lookups = recordedLookups(this.lookups, during, systemLookups(), note);
    return await historyFilter(this.lookups, words, lookups, { during });
  }

  private async sendRows(rows: WireCell[][]): Promise<void> {
    send({ kind: 'rows', rows });
    this.ahead++;
    while (this.ahead >= MESSAGES_AHEAD) {
      await new Promise<void>((resolve) => {
        this.resume = resolve;
      });
    }
  }
}

function failureOf(database: Database.Database, sql: string, error: unknown): Failure {
  const { code, message, options } = error instanceof SstoryError ? error : explained(database, sql, error);
  return { code, message, place: options.place, hint: options.hint };
}

function send(reply: Reply): void {
  process.send?.(reply);
}

dieWithParent();
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit(0));
const queries = new QueryProcess(process.argv[2] ?? '');
process.on('message', (request: Request) => void queries.answer(request));
