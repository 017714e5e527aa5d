import { existsSync, renameSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import { counted } from '../../model/counted.js';
import { SstoryError, usageError, writeTrouble } from '../../model/error.js';
import type { HistoryRows } from '../../model/history-rows.js';
import type { RunNote } from '../../model/run-note.js';
import { localTime } from '../../model/time-text.js';
import { oneMoment } from '../../query/history-facts.js';
import { everIn } from '../../query/history-filter.js';
import { type HistoryPart, type HistoryRow, historyRows } from '../../query/history-rows.js';
import type { AddressPermutation } from '../../query/redaction/address-permutation.js';
import { slicedRun } from '../../query/sliced-run.js';
import { RowImport } from '../../store/row-import.js';
import { historyCommand } from '../history/history-command.js';
import { selectionText } from '../history/netns.js';
import { ImportTarget } from '../import/import-target.js';
import { interruptible } from '../output/interruption.js';
import { ProgressBar } from '../output/progress-bar.js';
import { say } from '../output/say.js';
import { type ExportOptions, exportOptions, outputFile, refuseOwnFile } from './options.js';
import { addressesOf, filterText, type RedactOptions, redacted, redactOptions } from './redacting.js';
import { exportedWindow } from './window.js';

const ROWS_PER_TURN = 1_000;

const DETAILS = `
A database of its own, which every command of sstory reads: with a filter, --since or --until the connections that existed then,
complete with their transitions, events and samples, and the gaps, runs, names and namespaces of that time. Its recorded time is
the chosen one.
`;

interface SliceOptions extends ExportOptions, RedactOptions {}

/** `sstory export --format sqlite`: a history, or a part of it, as a database. */
export const run = historyCommand<SliceOptions>({
  name: 'export --format sqlite',
  summary: 'write the history, or a part of it, as a database of its own',
  declare: (parser) =>
    redactOptions(exportOptions(parser.option('--format <format>', 'sqlite'))).addHelpText('after', DETAILS),
  check(options) {
    const file = outputFile(options);
    if (file === undefined)
      throw usageError('no-output', 'a database cannot be written to stdout', 'name a file with -o FILE');
  },
  async run({ database, options, words, filter }) {
    const file = outputFile(options) ?? '';
    refuseOwnFile(options);
    if (existsSync(file)) throw usageError('exists', `${file} exists already`, 'name another file, or delete it');
    const addresses = addressesOf(options);
    const window = exportedWindow(database, options);
    const part = { condition: everIn(await filter(window)), window };
    const note = partNote(part, filterText(selectionText(options, words), options));
    const rows = await interruptible((asked) => write(database, { part, note, addresses }, file, asked));
    say(`${counted(rows, 'row')} in ${file}`);
    return 0;
  },
});

interface Slice {
  readonly part: HistoryPart;
  /** What the part is; undefined: everything. */
  readonly note: RunNote | undefined;
  readonly addresses: AddressPermutation | undefined;
}

function partNote({ window }: HistoryPart, filter: string | undefined): RunNote | undefined {
  const parts = [
    ...(filter === undefined ? [] : [`only ${filter}`]),
    ...(window === undefined ? [] : [`${localTime(window.fromUs)} to ${localTime(window.toUs)}`]),
  ];
  return parts.length === 0 ? undefined : { subject: 'import', text: `exported in part: ${parts.join(', ')}` };
}

/** Resolves with the count of rows. The file gets its name when it is complete. */
async function write(database: Database.Database, slice: Slice, file: string, asked: AbortSignal): Promise<number> {
  const temporary = `${file}.${process.pid}.part`;
  let rows: number;
  {
    using target = new ImportTarget(temporary);
    rows = await fill(target.database, database, slice, asked);
    target.keep();
  }
  try {
    renameSync(temporary, file);
  } catch (cause) {
    throw new SstoryError('cannot-write', `cannot write ${file}: ${writeTrouble(cause)}`, { cause });
  }
  return rows;
}

async function fill(
  to: Database.Database,
  from: Database.Database,
  { part, note, addresses }: Slice,
  asked: AbortSignal,
): Promise<number> {
  const into = new RowImport(to);
  const bar = new ProgressBar(process.stderr);
  const goOn = async () => {
    await turn();
    if (asked.aborted) throw new SstoryError('interrupted', 'interrupted: nothing was written');
  };
  let count = 0;
  using _moment = oneMoment(from);
  try {
    to.exec('BEGIN IMMEDIATE');
    for (const rows of batches(redacted(historyRows(from, part), addresses))) {
      const run = rows.run.map((each) => slicedRun(each, part.window, note));
      count += into.write({ ...rows, run });
      bar.show(undefined, `${count.toLocaleString('en')} rows`);
      await goOn();
    }
    while (into.indexNext()) await goOn();
    to.exec('COMMIT');
    return count;
  } finally {
    bar.end();
  }
}

/** Rows in their order, some at a time, by kind. */
function* batches(rows: Iterable<HistoryRow>): Generator<HistoryRows> {
  let batch = noRows();
  let size = 0;
  for (const { kind, row } of rows) {
    (batch[kind] as (typeof row)[]).push(row);
    if (++size < ROWS_PER_TURN) continue;
    yield batch;
    batch = noRows();
    size = 0;
  }
  if (size > 0) yield batch;
}

function noRows() {
  return {
    ...{ run: [], cgroup: [], connection: [], owner: [], event: [], sample: [] },
    ...{ snapshot: [], gap: [], name: [], pruning: [], namespace: [], thread: [], sockstat: [] },
    ...{ bound: [], timewaits: [] },
  } satisfies HistoryRows;
}
