/** `sstory import --ss-dump`: makes a history of dumps that ss wrote. */
import { counted } from '../../model/counted.js';
import { usageError } from '../../model/error.js';
import { parseTimeArgument } from '../../model/time-argument.js';
import { localTime } from '../../model/time-text.js';
import { declaredCommand } from '../command.js';
import { NEW_DATABASE } from '../default-database.js';
import { say } from '../output/say.js';
import { type DumpFile, readDumpFile } from './dump-file.js';
import { appendDump, DUMP_NETNS, type Imported } from './dump-history.js';
import { ImportTarget } from './import-target.js';

interface ImportOptions {
  readonly db: string;
  readonly ssDump: readonly string[];
  readonly time?: string;
}

const DETAILS = `
A dump is sock_diag's answer to ss. Take it of all sockets: ss -a -t -i -e -m -D FILE. Sockets that are missing from it (other
states, the other family) count as gone. The time of a dump is when its file was last modified, unless --time is given.
Several dumps become a history: what appeared, changed or went between two of them is inferred, and marked so.
A dump does not contain its host or network namespace: import those of one namespace into one database; its netns is ${DUMP_NETNS}.
An import is complete or leaves nothing.
`;

/** The command. All files are read and checked before the database is touched; one transaction imports them. */
export const run = declaredCommand<ImportOptions>({
  name: 'import',
  summary: 'import dumps that ss -D wrote into a database, oldest first',
  declare: (parser) =>
    parser
      .requiredOption('--ss-dump <file...>', 'files that ss -D wrote; - for standard input')
      .option(
        '--time <time>',
        "when the dump was taken, for one file: '10 min ago', 2026-11-21T02:13:33Z, @1763647530 ...",
      )
      .option('--db <file>', 'the database; created if it does not exist, continued if it does', NEW_DATABASE)
      .addHelpText('after', DETAILS),
  async run({ db, ssDump, time }) {
    for (const { dump, imported } of importDumps(db, ssDump, { time, nowUs: Date.now() * 1000 })) {
      const { sockets, opened, closed, notes } = imported;
      say(`${dump.file}: ${counted(sockets, 'socket')} at ${localTime(dump.atUs)}, ${opened} new, ${closed} gone`);
      for (const note of notes) say(`${dump.file}: ${note}`);
    }
    return 0;
  },
});

export interface ImportTimes {
  /** The value of --time. */
  readonly time: string | undefined;
  readonly nowUs: number;
}

/**
 * Imports dumps into a database: all of them, oldest first, or none.
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
      `--time is the time of one dump, but ${files.length} files were named`,
      'import them one by one',
    );
  }
  const atUs = time === undefined ? undefined : parseTimeArgument(time, { nowUs }).us;
  return files.map((file) => readDumpFile(file, { atUs, nowUs }));
}

/** Oldest first, in whatever order they were named. */
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

/** Adds the dumps in one transaction. */
function importAll(path: string, dumps: readonly DumpFile[]): DumpImported[] {
  using target = new ImportTarget(path);
  const { database } = target;
  const inOneTransaction = database.transaction(() =>
    dumps.map((dump) => ({ dump, imported: appendDump(database, dump, path) })),
  );
  const imported = inOneTransaction.immediate();
  target.keep();
  return imported;
}
