/** `sstory import --ss-dump`: dumps that ss wrote become a history. */
import { existsSync, rmSync } from 'node:fs';
import { counted } from '../../model/counted.js';
import { usageError } from '../../model/error.js';
import { parseTimeArgument } from '../../model/time-argument.js';
import { localTime } from '../../model/time-text.js';
import { openLocked } from '../../recorder/locked-database.js';
import { command, DEFAULT_DATABASE, parseWords } from '../command.js';
import { type DumpFile, readDumpFile } from './dump-file.js';
import { appendDump, DUMP_NETNS, type Imported } from './dump-history.js';

interface ImportOptions {
  readonly db: string;
  readonly ssDump: readonly string[];
  readonly time?: string;
}

const DETAILS = `
A dump is what sock_diag answered to ss: take it of all sockets, ss -a -t -i -e -m -D FILE. What it lacks (other states, the
other family) counts as gone. A file's time is when it was last modified, unless --time says another.
Several dumps become a history: what is new, changed or gone between two of them is inferred, and said to be.
A dump does not say of which host and network namespace it is: one database takes those of one of them, with netns ${DUMP_NETNS}.
Each import is whole or not at all.
`;

/** The command. All files are read and checked before the database is touched; one transaction takes them in. */
export async function run(argv: readonly string[]): Promise<number> {
  const parser = command('import', 'Take dumps that ss -D wrote into a database, oldest first.')
    .requiredOption('--ss-dump <file...>', 'files that ss -D wrote; - is the standard input')
    .option(
      '--time <time>',
      "when the dump was taken, for one file: '10 min ago', 2026-11-21T02:13:33Z, @1763647530 ...",
    )
    .option('--db <file>', 'the database; made if there is none, continued if there is', DEFAULT_DATABASE)
    .addHelpText('after', DETAILS);
  const parsed = parseWords(parser, argv);
  if (parsed === undefined) return 0;
  const { db, ssDump, time } = parsed.opts<ImportOptions>();
  for (const { dump, imported } of importDumps(db, ssDump, { time, nowUs: Date.now() * 1000 })) {
    const { sockets, opened, closed, notes } = imported;
    say(`${dump.file}: ${counted(sockets, 'socket')} at ${localTime(dump.atUs)}, ${opened} new, ${closed} gone`);
    for (const note of notes) say(`${dump.file}: ${note}`);
  }
  return 0;
}

function say(text: string): void {
  process.stderr.write(`sstory: ${text}\n`);
}

export interface ImportTimes {
  /** What --time says. */
  readonly time: string | undefined;
  readonly nowUs: number;
}

/**
 * Takes dumps into a database: all of them, oldest first, or none.
 * @throws SstoryError and leaves everything as it was
 */
export function importDumps(path: string, files: readonly string[], times: ImportTimes): DumpImported[] {
  return importAll(path, inTimeOrder(readAll(files, times)));
}

interface DumpImported {
  readonly dump: DumpFile;
  readonly imported: Imported;
}

function readAll(files: readonly string[], { time, nowUs }: ImportTimes): DumpFile[] {
  if (time !== undefined && files.length > 1) {
    throw usageError(
      'usage',
      `--time is the time of one dump, and ${files.length} were named`,
      'import them one by one',
    );
  }
  const atUs = time === undefined ? undefined : parseTimeArgument(time, { nowUs }).us;
  return files.map((file) => readDumpFile(file, { atUs, nowUs }));
}

/** Oldest first, however they were named. */
function inTimeOrder(dumps: readonly DumpFile[]): DumpFile[] {
  const sorted = dumps.toSorted((a, b) => a.atUs - b.atUs);
  for (const [index, dump] of sorted.entries()) {
    const next = sorted[index + 1];
    if (next?.atUs !== dump.atUs) continue;
    const same = next.digest === dump.digest ? 'are the same dump' : `have the same time, ${localTime(dump.atUs)}`;
    throw usageError(
      'same-time',
      `${dump.file} and ${next.file} ${same}`,
      'import the second with a --time of its own',
    );
  }
  return sorted;
}

/** A database that this call made is taken away again where nothing went into it. */
function importAll(path: string, dumps: readonly DumpFile[]): DumpImported[] {
  const isNew = !existsSync(path);
  let done = false;
  const { database, lock } = openLocked(path);
  const inOneTransaction = database.transaction(() =>
    dumps.map((dump) => ({ dump, imported: appendDump(database, dump, path) })),
  );
  try {
    const imported = inOneTransaction.immediate();
    done = true;
    return imported;
  } finally {
    database.close();
    if (isNew && !done) for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
    lock.close();
  }
}
