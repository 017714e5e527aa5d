import { statSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import { Option } from 'commander';
import { counted } from '../../model/counted.js';
import { SstoryError, usageError } from '../../model/error.js';
import {
  EXPORTED_TABLES,
  type ExportedName,
  type ExportedTable,
  type ExportedValue,
  type ExportSelection,
  exportedColumns,
  exportedRows,
} from '../../query/exported-rows.js';
import { openForReading } from '../../store/database.js';
import { csvEncoder, jsonLinesEncoder, type RowEncoder } from '../../view/row-encoder.js';
import { command, DEFAULT_DATABASE, parseWords } from '../command.js';
import { everConditionOf } from '../history/filter.js';
import { interruptible } from '../output/interruption.js';
import { ProgressBar } from '../output/progress-bar.js';
import { ExportTarget } from './target.js';
import { exportedWindow } from './window.js';

interface ExportOptions {
  readonly db: string;
  readonly format: 'csv' | 'jsonl' | 'parquet';
  readonly what: ExportedName;
  readonly since?: string;
  readonly until?: string;
  readonly output?: string;
}

const DETAILS = `
--format recording: the whole history, with all tables, or the connections that the filter and the times choose, in one file
that sstory import makes a database of again; without --what. sstory export --format recording --help tells more.
`;

/** `sstory export --format csv|jsonl|parquet`: a public table, streamed. */
export async function run(argv: readonly string[]): Promise<number> {
  const parser = command(
    'export',
    'Write recorded connections (or transitions, events ...) as CSV, JSON lines or Parquet.',
  )
    .argument('[filter...]', "of which connections, in ss's filter language")
    .addOption(
      new Option('--format <format>', 'form of the output')
        .choices(['csv', 'jsonl', 'parquet', 'recording'])
        .default('csv'),
    )
    .addOption(
      new Option('--what <table>', 'which table of docs/schema.md')
        .choices(Object.keys(EXPORTED_TABLES))
        .default('connections'),
    )
    .option('--db <file>', 'the database', DEFAULT_DATABASE)
    .option('-S, --since <time>', 'what existed or happened from this time on')
    .option('-U, --until <time>', 'up to this time')
    .option('-o, --output <file>', 'write to a file, which is there when it is whole; default: stdout')
    .addHelpText('after', DETAILS);
  const parsed = parseWords(parser, argv);
  if (parsed === undefined) return 0;
  const options = parsed.opts<ExportOptions>();
  if (options.format === 'parquet' && options.output === undefined && process.stdout.isTTY) {
    throw usageError('binary', 'Parquet is not for a terminal', 'name a file with -o FILE, or pipe it');
  }
  const database = openForReading(options.db);
  try {
    refuseOwnFile(options);
    const selection = await selectionOf(database, options, parsed.args);
    return await interruptible((asked) => write(database, selection, options, asked));
  } finally {
    database.close();
  }
}

/** The export would take the place of what it reads. */
function refuseOwnFile({ db, output }: ExportOptions): void {
  const target = output === undefined ? undefined : statSync(output, { throwIfNoEntry: false });
  const source = statSync(db);
  if (target === undefined || target.dev !== source.dev || target.ino !== source.ino) return;
  throw usageError('own-file', `--output ${output} is the database itself`, 'name another file');
}

async function selectionOf(
  database: Database.Database,
  options: ExportOptions,
  words: readonly string[],
): Promise<ExportSelection> {
  const table: ExportedTable = EXPORTED_TABLES[options.what];
  if (words.length > 0 && table.connection === undefined) {
    throw usageError(
      'no-filter',
      `"${words.join(' ')}": rows of ${options.what} are not of a connection`,
      `a filter goes with --what connections, transitions, owners, events or samples`,
    );
  }
  return {
    what: options.what,
    condition: await everConditionOf(database, words),
    window: exportedWindow(database, options),
  };
}

async function write(
  database: Database.Database,
  selection: ExportSelection,
  options: ExportOptions,
  asked: AbortSignal,
): Promise<number> {
  const encoder = await encoderOf(database, options);
  const share = sharer(database, selection);
  const target = new ExportTarget(options.output);
  const bar = new ProgressBar(process.stderr);
  let count = 0;
  try {
    await target.write(encoder.begin());
    for (const group of groupsOf(exportedRows(database, selection), encoder.groupRows)) {
      await target.write(encoder.rows(group));
      count += group.length;
      bar.show(share(group), `${count.toLocaleString('en')} rows, ${(target.bytes / 1e6).toFixed(0)} MB`);
      await turn();
      if (asked.aborted) throw interrupted(options);
    }
    await target.write(encoder.end());
    await target.finish();
  } catch (error) {
    target.discard();
    throw error;
  } finally {
    bar.end();
  }
  if (options.output !== undefined) process.stderr.write(`sstory: ${counted(count, 'row')} in ${options.output}\n`);
  return 0;
}

function interrupted({ output }: ExportOptions): SstoryError {
  const hint = output === undefined ? 'what was written so far ends early' : `${output} was not written`;
  return new SstoryError('interrupted', 'interrupted: the export is not whole', { hint });
}

async function encoderOf(database: Database.Database, { format, what }: ExportOptions): Promise<RowEncoder> {
  const columns = exportedColumns(database, what);
  const names = columns.map((column) => column.name);
  if (format === 'parquet') return (await import('../../view/parquet-encoder.js')).parquetEncoder(columns);
  return format === 'csv' ? csvEncoder(names) : jsonLinesEncoder(names);
}

function* groupsOf(rows: Iterable<ExportedValue[]>, size: number): Generator<ExportedValue[][]> {
  let group: ExportedValue[][] = [];
  for (const row of rows) {
    group.push(row);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

/** How far an export is, by the ids of connections where they come in order: counting the rows first would take as long as some exports. */
function sharer(
  database: Database.Database,
  { what, window }: ExportSelection,
): (group: ExportedValue[][]) => number | undefined {
  if (window !== undefined || (what !== 'connections' && what !== 'transitions')) return () => undefined;
  const { least, most } = database
    .prepare('SELECT (SELECT min(id) FROM socket) AS least, (SELECT max(id) FROM socket) AS most')
    .get() as { least: number | null; most: number | null };
  if (least === null || most === null) return () => undefined;
  return (group) => (Number(group.at(-1)?.[0]) - least + 1) / (most - least + 1);
}
