import type Database from 'better-sqlite3';
import { counted } from '../../model/counted.js';
import { usageError } from '../../model/error.js';
import { oneMoment } from '../../query/history-facts.js';
import { everIn } from '../../query/history-filter.js';
import { type HistoryPart, historyRows } from '../../query/history-rows.js';
import type { AddressPermutation } from '../../query/redaction/address-permutation.js';
import { headerOfRun } from '../../recorder/recording-header.js';
import type { RecordingHeader } from '../../recording-file/header.js';
import { RecordingWriter } from '../../recording-file/recording-writer.js';
import { readRuns } from '../../store/runs.js';
import { historyCommand } from '../history/history-command.js';
import { selectionText } from '../history/netns.js';
import { interruptible } from '../output/interruption.js';
import { ProgressBar } from '../output/progress-bar.js';
import { say } from '../output/say.js';
import { type ExportOptions, exportOptions, outputFile, refuseOwnFile } from './options.js';
import { addressesOf, filterText, type RedactOptions, redacted, redactOptions } from './redacting.js';
import { ExportTarget, interrupted } from './target.js';
import { exportedWindow } from './window.js';

/** Bytes that may wait to be compressed and written before the next row is read. */
const MOST_PENDING_BYTES = 4 << 20;
/** Rows between two checks of what is pending. */
const ROWS_PER_TURN = 1_000;

const DETAILS = `
A recording file holds all tables of a history, at a third to a fifth of the database's size, and can be piped. sstory import FILE
makes a database of it again, identical row by row. The format: docs/recording-format.md
With a filter, --since or --until: connections that existed then, complete with their transitions, events and samples.
`;

interface RecordingOptions extends ExportOptions, RedactOptions {}

/** `sstory export --format recording`: the history, or a part of it, as one stream. */
export const run = historyCommand<RecordingOptions>({
  name: 'export --format recording',
  summary: 'write the history as a recording file',
  declare: (parser) =>
    redactOptions(exportOptions(parser.option('--format <format>', 'recording'))).addHelpText('after', DETAILS),
  check(options) {
    if (outputFile(options) !== undefined || !process.stdout.isTTY) return;
    throw usageError(
      'binary',
      'a recording file cannot be written to a terminal',
      'name a file with -o FILE, or pipe it',
    );
  },
  async run({ database, options, words, filter }) {
    refuseOwnFile(options);
    const window = exportedWindow(database, options);
    const file = outputFile(options);
    const part = { condition: everIn(await filter(window)), window };
    const addresses = addressesOf(options);
    const whole = headerOf(database, part, filterText(selectionText(options, words), options));
    const header = addresses === undefined ? whole : { ...whole, host: 'redacted', bootId: '' };
    const rows = await exportRecording(database, part, header, file, addresses);
    if (file !== undefined) say(`${counted(rows, 'row')} in ${file}`);
    return 0;
  },
});

function headerOf(database: Database.Database, { window }: HistoryPart, filter: string | undefined): RecordingHeader {
  return {
    ...headerOfRun(readRuns(database).at(-1), 'export'),
    sinceUs: window?.fromUs || undefined,
    untilUs: window?.toUs,
    filter,
  };
}

/** Writes a history, or a part of it, as it is at this moment; to stdout without a path. Resolves with the count of rows. */
export function exportRecording(
  database: Database.Database,
  part: HistoryPart,
  header: RecordingHeader,
  path: string | undefined,
  addresses?: AddressPermutation,
): Promise<number> {
  return interruptible((asked) => write(database, { part, addresses }, header, new ExportTarget(path), asked));
}

async function write(
  database: Database.Database,
  { part, addresses }: { readonly part: HistoryPart; readonly addresses: AddressPermutation | undefined },
  header: RecordingHeader,
  target: ExportTarget,
  asked: AbortSignal,
): Promise<number> {
  const bar = new ProgressBar(process.stderr);
  let count = 0;
  let hasRuns = false;
  using _moment = oneMoment(database);
  try {
    const writer = new RecordingWriter((bytes) => target.write(bytes), header);
    for (const { kind, row } of redacted(historyRows(database, part), addresses)) {
      // Runs have a block of their own: with them a reader knows what is missing from a truncated file.
      if (!hasRuns && kind !== 'run') writer.flush();
      hasRuns ||= kind !== 'run';
      writer.add(kind, row);
      if (++count % ROWS_PER_TURN > 0) continue;
      await writer.settled(MOST_PENDING_BYTES);
      bar.show(undefined, `${count.toLocaleString('en')} rows, ${(target.bytes / 1e6).toFixed(0)} MB`);
      if (asked.aborted) throw interrupted(target);
    }
    await writer.end();
    await target.finish();
    return count;
  } catch (error) {
    target.discard();
    throw error;
  } finally {
    bar.end();
  }
}
