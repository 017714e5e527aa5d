import { setImmediate as turn } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import { Option } from 'commander';
import { counted } from '../../model/counted.js';
import { usageError } from '../../model/error.js';
import {
  EXPORTED_TABLES,
  type ExportedName,
  type ExportedTable,
  type ExportedValue,
  type ExportSelection,
  exportedColumns,
  exportedRows,
} from '../../query/exported-rows.js';
import { connectionIds } from '../../query/history-facts.js';
import { everIn } from '../../query/history-filter.js';
import { columnRedaction } from '../../query/redaction/redaction.js';
import {
  csvEncoder,
  jsonLinesEncoder,
  namesInForm,
  type RowEncoder,
  type TimeForm,
  withIsoTimes,
} from '../../view/row-encoder.js';
import { type HistoryCall, historyCommand } from '../history/history-command.js';
import { selectionText } from '../history/netns.js';
import { interruptible } from '../output/interruption.js';
import { ProgressBar } from '../output/progress-bar.js';
import { say } from '../output/say.js';
import { SUMMARIES } from '../summaries.js';
import { type ExportOptions, exportOptions, outputFile, refuseOwnFile } from './options.js';
import { addressesOf, type RedactOptions, redactOptions } from './redacting.js';
import { ExportTarget, interrupted } from './target.js';
import { exportedWindow } from './window.js';

interface TableOptions extends ExportOptions, RedactOptions {
  readonly format: 'csv' | 'jsonl' | 'parquet';
  readonly what: ExportedName;
  readonly time: TimeForm;
}

const DETAILS = `
Parquet has timestamps (UTC, microseconds). Transitions have the network namespace and the addresses of their connection too.
--format recording: the whole history with all its tables, or the chosen connections, in one file of which sstory import makes
a database again. --format sqlite: the same as a database of its own. --format perfetto: connections as tracks, for
ui.perfetto.dev. None of them takes --what. More: sstory export --format recording --help, and so on
`;

/** `sstory export --format csv|jsonl|parquet`: a public table, streamed. */
export const run = historyCommand<TableOptions>({
  name: 'export',
  summary: SUMMARIES.export,
  declare: (parser) =>
    redactOptions(
      exportOptions(
        parser
          .addOption(
            new Option('--format <format>', 'format of the output; without it, the ending of the file of -o counts')
              .choices(['csv', 'jsonl', 'parquet', 'recording', 'sqlite', 'perfetto'])
              .default('csv'),
          )
          .addOption(
            new Option('--what <table>', 'which table of docs/schema.md')
              .choices(Object.keys(EXPORTED_TABLES))
              .default('connections'),
          )
          .addOption(
            new Option('--time <form>', 'times of CSV and JSON lines: us since the epoch, or ISO 8601 in UTC')
              .choices(['us', 'iso'])
              .default('us'),
          ),
      ),
    ).addHelpText('after', DETAILS),
  check(options) {
    if (options.redact === true && options.what === 'names')
      throw usageError('nothing-left', '--redact leaves out names: nothing is left of --what names');
    if (options.format !== 'parquet' || outputFile(options) !== undefined || !process.stdout.isTTY) return;
    throw usageError('binary', 'Parquet cannot be written to a terminal', 'name a file with -o FILE, or pipe it');
  },
  async run(call) {
    const { database, options } = call;
    refuseOwnFile(options);
    const selection = await selectionOf(call);
    return await interruptible((asked) => write(database, selection, options, asked));
  },
});

async function selectionOf({ database, options, words, filter }: HistoryCall<TableOptions>): Promise<ExportSelection> {
  const table: ExportedTable = EXPORTED_TABLES[options.what];
  const filtered = selectionText(options, words);
  if (filtered !== undefined && table.connection === undefined) {
    throw usageError(
      'no-filter',
      `"${filtered}": rows of ${options.what} do not belong to connections`,
      'a filter needs --what connections, transitions, owners, events or samples',
    );
  }
  const window = exportedWindow(database, options);
  return { what: options.what, condition: everIn(await filter(window)), window };
}

async function write(
  database: Database.Database,
  selection: ExportSelection,
  options: TableOptions,
  asked: AbortSignal,
): Promise<number> {
  const encoder = await encoderOf(database, options);
  const addresses = addressesOf(options);
  const redact = addresses && columnRedaction(exportedColumns(database, options.what), addresses);
  const share = sharer(database, selection);
  const file = outputFile(options);
  const target = new ExportTarget(file);
  const bar = new ProgressBar(process.stderr);
  let count = 0;
  try {
    await target.write(encoder.begin());
    for (const group of groupsOf(exportedRows(database, selection), encoder.groupRows)) {
      if (redact !== undefined) for (const row of group) redact(row);
      await target.write(encoder.rows(group));
      count += group.length;
      bar.show(share(group), `${count.toLocaleString('en')} rows, ${(target.bytes / 1e6).toFixed(0)} MB`);
      await turn();
      if (asked.aborted) throw interrupted(target);
    }
    await target.write(encoder.end());
    await target.finish();
  } catch (error) {
    target.discard();
    throw error;
  } finally {
    bar.end();
  }
  if (file !== undefined) say(`${counted(count, 'row')} in ${file}`);
  return 0;
}

async function encoderOf(database: Database.Database, { format, what, time }: TableOptions): Promise<RowEncoder> {
  const columns = exportedColumns(database, what);
  if (format === 'parquet') return (await import('../../view/parquet-encoder.js')).parquetEncoder(columns);
  const names = namesInForm(columns, time);
  const encoder = format === 'csv' ? csvEncoder(names) : jsonLinesEncoder(names);
  return time === 'iso' ? withIsoTimes(encoder, columns) : encoder;
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

/** The share that is done, by the ids of connections where they come in order: counting rows would take as long as some exports. */
function sharer(
  database: Database.Database,
  { what, window }: ExportSelection,
): (group: ExportedValue[][]) => number | undefined {
  if (window !== undefined || (what !== 'connections' && what !== 'transitions')) return () => undefined;
  const ids = connectionIds(database);
  if (ids === undefined) return () => undefined;
  return (group) => (Number(group.at(-1)?.[0]) - ids.least + 1) / (ids.most - ids.least + 1);
}
