/** `sstory import FILE`: a recording becomes a database. */
import { statSync } from 'node:fs';
import { addAbortSignal } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import { fileTrouble, SstoryError, usageError } from '../../model/error.js';
import type { RecordedRun } from '../../model/run.js';
import { notesOf, notesText, type RunNote } from '../../model/run-note.js';
import { localTime } from '../../model/time-text.js';
import { slicedRun } from '../../query/sliced-run.js';
import type { FrameFault } from '../../recording-file/frame-reader.js';
import type { RecordingHeader } from '../../recording-file/header.js';
import { type RecordedBlock, RecordingReader } from '../../recording-file/recording-reader.js';
import { isEmptyHistory, RowImport } from '../../store/row-import.js';
import { command, parseWords } from '../command.js';
import { NEW_DATABASE } from '../default-database.js';
import { interruptible } from '../output/interruption.js';
import { ProgressBar } from '../output/progress-bar.js';
import { say } from '../output/say.js';
import { byteStream } from './byte-stream.js';
import { ImportTarget } from './import-target.js';
import { RecordedSpan } from './recorded-span.js';

const STDIN = '-';

const DETAILS = `
Reads what sstory export --format recording, sstory record --tee or sstory replay --to-stream wrote. The history is the same
as the original, row by row, including ids: so the database must be new or empty. The import is all or nothing. Of a file that
is cut off or damaged, everything before that place is imported; a gap with the reason "truncated" begins where the history
becomes incomplete.
`;

export async function run(argv: readonly string[]): Promise<number> {
  const parser = command('import', 'Make a database of a recording file.')
    .argument('<file>', 'the recording; - is the standard input')
    .option('--db <file>', 'the database: a new one, or an empty one', NEW_DATABASE)
    .addHelpText('after', DETAILS);
  const parsed = parseWords(parser, argv);
  if (parsed === undefined) return 0;
  const { db } = parsed.opts<{ db: string }>();
  const [file = STDIN] = parsed.args;
  const { header, rows, fault, hasTail } = await importRecording(db, file);
  const count = `${rows.toLocaleString('en')} ${rows === 1 ? 'row' : 'rows'}`;
  const part = partText(header);
  if (part !== undefined) say(`${file} is part of a history: ${part}`);
  if (fault !== undefined) {
    say(`warning: ${file} is ${fault.kind} at byte ${fault.offset.toLocaleString('en')}: ${fault.detail}`);
    say(`warning: imported the ${count} before that place into ${db}, and a gap from where it is incomplete`);
  }
  if (hasTail) say(`warning: bytes after the end of the recording in ${file} were ignored`);
  if (fault === undefined) say(`imported ${count} of ${header.host || 'an unknown host'} into ${db}`);
  return 0;
}

export interface ImportedRecording {
  readonly header: RecordingHeader;
  readonly rows: number;
  readonly fault: FrameFault | undefined;
  readonly hasTail: boolean;
}

/**
 * Imports a recording into a new or empty database, in one transaction.
 * @param file `-` for the standard input
 * @throws SstoryError and leaves everything as it was
 */
export function importRecording(path: string, file: string): Promise<ImportedRecording> {
  return interruptible(async (asked) => {
    const reader = await RecordingReader.open(chunksOf(file, asked), file);
    const size = file === STDIN ? undefined : statSync(file, { throwIfNoEntry: false })?.size;
    const rows = await intoDatabase(path, (database) => takeAll(database, reader, size, asked));
    return { header: reader.header, rows, fault: reader.fault, hasTail: reader.hasTail };
  });
}

/** Fills a new or empty database in one transaction. */
async function intoDatabase(path: string, fill: (database: Database.Database) => Promise<number>): Promise<number> {
  using target = new ImportTarget(path);
  const { database } = target;
  try {
    if (!isEmptyHistory(database)) {
      throw new SstoryError('not-empty', `${path} already holds a history: a recording cannot be added to it`, {
        hint: 'name a new database with --db FILE',
      });
    }
    database.exec('BEGIN IMMEDIATE');
    const rows = await fill(database);
    database.exec('COMMIT');
    target.keep();
    return rows;
  } catch (error) {
    if (error instanceof SstoryError || !(error instanceof Error && 'code' in error)) throw error;
    throw new SstoryError('cannot-write', `${path} cannot be written: ${error.message}`, {
      hint: 'nothing was imported',
      cause: error,
    });
  }
}

async function takeAll(
  database: Database.Database,
  reader: RecordingReader,
  size: number | undefined,
  stop: AbortSignal,
): Promise<number> {
  const into = new RowImport(database);
  const span = new RecordedSpan(reader.header);
  const part = partText(reader.header);
  const bar = new ProgressBar(process.stderr);
  let count = 0;
  try {
    for await (const block of reader.blocks()) {
      span.add(block);
      count += into.write(part === undefined ? block.rows : asPart(block.rows, reader.header, part));
      bar.show(size === undefined ? undefined : reader.offset / size, `${count.toLocaleString('en')} rows`);
      await turn();
      if (stop.aborted) throw interrupted();
    }
    if (reader.fault !== undefined) into.write(span.gapAfterFault());
    while (into.indexNext()) {
      await turn();
      if (stop.aborted) throw interrupted();
    }
    return count;
  } finally {
    bar.end();
  }
}

function interrupted(): SstoryError {
  return new SstoryError('interrupted', 'interrupted: nothing was imported');
}

async function* chunksOf(file: string, stop: AbortSignal): AsyncGenerator<Uint8Array> {
  if (file === STDIN && process.stdin.isTTY)
    throw usageError('terminal', 'the standard input is a terminal: redirect a recording into it');
  try {
    yield* addAbortSignal(stop, file === STDIN ? process.stdin : byteStream(file));
  } catch (cause) {
    if (stop.aborted) throw interrupted();
    throw new SstoryError('no-file', `${file} cannot be read: ${fileTrouble(cause)}`, { cause });
  }
}

/** What was left out of an export, in words; undefined: nothing was. */
function partText({ writtenBy, sinceUs, untilUs, filter }: RecordingHeader): string | undefined {
  const parts = [
    ...(writtenBy === 'replay' ? ['transitions alone'] : []),
    ...(filter === undefined ? [] : [`only ${filter}`]),
    ...(sinceUs === undefined ? [] : [`from ${localTime(sinceUs)} on`]),
    ...(untilUs === undefined ? [] : [`up to ${localTime(untilUs)}`]),
  ];
  return parts.length === 0 ? undefined : parts.join(', ');
}

/** Keeps with each run that only a part of it is there, and covers the time of the part alone. */
function asPart(
  rows: RecordedBlock['rows'],
  { sinceUs = 0, untilUs = Number.MAX_SAFE_INTEGER }: RecordingHeader,
  part: string,
): RecordedBlock['rows'] {
  const note: RunNote = { subject: 'import', text: `imported in part: ${part}` };
  const isCut = ({ startedUs, lastUs, endedUs }: RecordedRun) => startedUs < sinceUs || (endedUs ?? lastUs) > untilUs;
  const run = rows.run.map((each) =>
    isCut(each)
      ? slicedRun(each, { fromUs: sinceUs, toUs: untilUs }, note)
      : { ...each, notes: notesText([...notesOf(each.notes), note]) },
  );
  return { ...rows, run };
}
