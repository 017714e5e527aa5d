import type Database from 'better-sqlite3';
import { counted } from '../../model/counted.js';
import { SstoryError, usageError } from '../../model/error.js';
import { type HistoryPart, historyRows } from '../../query/history-rows.js';
import { headerOfRun } from '../../recorder/recording-header.js';
import type { RecordingHeader } from '../../recording-file/header.js';
import { RecordingWriter } from '../../recording-file/recording-writer.js';
import { openForReading } from '../../store/database.js';
import { readRuns } from '../../store/runs.js';
import { command, DEFAULT_DATABASE, parseWords } from '../command.js';
import { everConditionOf } from '../history/filter.js';
import { interruptible } from '../output/interruption.js';
import { ProgressBar } from '../output/progress-bar.js';
import { ExportTarget } from './target.js';
import { exportedWindow } from './window.js';

interface ExportOptions {
  readonly db: string;
  readonly since?: string;
  readonly until?: string;
  readonly output?: string;
}

/** What may wait to be compressed and written before the next row is read. */
const MOST_PENDING_BYTES = 4 << 20;
/** Rows between two looks at what is pending. */
const ROWS_A_TURN = 1_000;

const DETAILS = `
A recording holds a history with all its tables, in one file that is a third to a fifth as large as the database and can be piped:
sstory import FILE makes a database of it again, the same row by row. docs/recording-format.md tells the format.
With a filter, --since or --until: connections that existed then, whole, with all their transitions, events and samples.
`;

/** `sstory export --format recording`: the history, or a part of it, as one stream. */
export async function run(argv: readonly string[]): Promise<number> {
  const parser = command('export --format recording', 'Write recorded history as a recording file.')
    .argument('[filter...]', "which connections, in ss's filter language")
    .option('--format <format>', 'recording')
    .option('--db <file>', 'the database', DEFAULT_DATABASE)
    .option('-S, --since <time>', 'what existed from this time on')
    .option('-U, --until <time>', 'up to this time')
    .option('-o, --output <file>', 'write to a file, which is there when it is whole; default: stdout')
    .addHelpText('after', DETAILS);
  const parsed = parseWords(parser, argv);
  if (parsed === undefined) return 0;
  const options = parsed.opts<ExportOptions>();
  if (options.output === undefined && process.stdout.isTTY) {
    throw usageError('binary', 'a recording is not for a terminal', 'name a file with -o FILE, or pipe it');
  }
  const database = openForReading(options.db);
  try {
    const part = { condition: await everConditionOf(database, parsed.args), window: exportedWindow(database, options) };
    const rows = await exportRecording(database, part, headerOf(database, part, parsed.args), options.output);
    if (options.output !== undefined) process.stderr.write(`sstory: ${counted(rows, 'row')} in ${options.output}\n`);
    return 0;
  } finally {
    database.close();
  }
}

function headerOf(database: Database.Database, { window }: HistoryPart, words: readonly string[]): RecordingHeader {
  return {
    ...headerOfRun(readRuns(database).at(-1), 'export'),
    sinceUs: window?.fromUs || undefined,
    untilUs: window?.toUs,
    filter: words.length === 0 ? undefined : words.join(' '),
  };
}

/** Writes a history, or a part of it, as it is at this moment; how many rows it were. To stdout where there is no path. */
export function exportRecording(
  database: Database.Database,
  part: HistoryPart,
  header: RecordingHeader,
  path: string | undefined,
): Promise<number> {
  return interruptible((asked) => write(database, part, header, new ExportTarget(path), asked));
}

async function write(
  database: Database.Database,
  part: HistoryPart,
  header: RecordingHeader,
  target: ExportTarget,
  asked: AbortSignal,
): Promise<number> {
  const bar = new ProgressBar(process.stderr);
  let count = 0;
  let told = false;
  try {
    database.exec('BEGIN');
    const writer = new RecordingWriter((bytes) => target.write(bytes), header);
    for (const { kind, row } of historyRows(database, part)) {
      // What a reader needs to tell what is missing where the file is cut: in a block of its own.
      if (!told && kind !== 'run') writer.flush();
      told ||= kind !== 'run';
      writer.add(kind, row);
      if (++count % ROWS_A_TURN > 0) continue;
      await writer.settled(MOST_PENDING_BYTES);
      bar.show(undefined, `${count.toLocaleString('en')} rows, ${(target.bytes / 1e6).toFixed(0)} MB`);
      if (asked.aborted)
        throw new SstoryError('interrupted', 'interrupted: the export is not whole', { hint: 'no file was left' });
    }
    await writer.end();
    await target.finish();
    return count;
  } catch (error) {
    target.discard();
    throw error;
  } finally {
    bar.end();
    if (database.inTransaction) database.exec('COMMIT');
  }
}
