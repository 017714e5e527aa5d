/** How far `sstory ship` has come with a database: what its state files say to the recorder, which deletes old connections. */
import { closeSync, constants, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** A larger file is not one of ours. */
const MOST_BYTES = 4_000_000;
const MOST_FILES = 100;
const END = '.json';

/** What is shipped of a database to one place. Numbers are those of the table `closings`. */
export interface ShipMarks {
  /** The place's name: that of the file. */
  readonly name: string;
  readonly target: string;
  /** `file.uuid` of the database. */
  readonly file: string;
  /** All through this number were accepted there. */
  readonly sent: number;
  /** All through this number were found there later. */
  readonly kept: number;
  /** Up to when the history is complete there, microseconds; 0: not known. */
  readonly throughUs: number;
  /** When something was accepted last, wall clock, microseconds; 0: never. */
  readonly sentAtUs: number;
  /** Connections that were deleted here before they were copied. */
  readonly lost: number;
  /** The last error, where the last attempt failed. */
  readonly error: string | undefined;
}

/** Names the directory of the state files, for `ship` and for all that read them. */
export const SHIP_STATE_VARIABLE = 'SSTORY_SHIP_STATE';

/** The directory of the state files: `ship` beside the database, or that of the environment, which may be relative to the database's. */
export function shipDirectory(database: string, environment: NodeJS.ProcessEnv = process.env): string {
  return resolve(dirname(database), environment[SHIP_STATE_VARIABLE] || 'ship');
}

/**
 * The marks of a database, by name. The files are written by a user with fewer rights than the one who reads them: what is not a plain
 * file of ours is passed over. Databases of other hosts may be shipped from the same directory.
 */
export function readShipMarks(directory: string, file: string): ShipMarks[] {
  return namesIn(directory).flatMap((name) => {
    const marks = marksOf(name.slice(0, -END.length), read(join(directory, name)));
    return marks?.file === file ? [marks] : [];
  });
}

/** The number up to which every place has all connections; undefined: it is not shipped. */
export function keptSeq(marks: readonly ShipMarks[]): number | undefined {
  return marks.length === 0 ? undefined : Math.min(...marks.map(({ kept }) => kept));
}

/** The marks in the content of a state file; undefined where it is not one. */
export function marksOf(name: string, content: unknown): ShipMarks | undefined {
  if (typeof content !== 'object' || content === null) return undefined;
  const { file, target, sent, kept, throughUs, sentAtUs, lost, error } = content as Record<string, unknown>;
  if (typeof file !== 'string' || typeof target !== 'string' || !isCount(sent) || !isCount(kept)) return undefined;
  const count = (value: unknown) => (isCount(value) ? value : 0);
  return {
    name,
    target,
    file,
    sent,
    kept,
    throughUs: count(throughUs),
    sentAtUs: count(sentAtUs),
    lost: count(lost),
    error: typeof error === 'string' ? error : undefined,
  };
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory)
      .filter((name) => name.endsWith(END) && !name.startsWith('.'))
      .sort()
      .slice(0, MOST_FILES);
  } catch {
    return [];
  }
}

/** The JSON in a plain file; undefined where there is none. */
function read(path: string): unknown {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
  try {
    const stats = fstatSync(fd);
    if (!stats.isFile() || stats.size > MOST_BYTES) return undefined;
    const bytes = Buffer.alloc(stats.size);
    const count = readSync(fd, bytes, 0, stats.size, 0);
    return JSON.parse(bytes.toString('utf8', 0, count)) as unknown;
  } catch {
    return undefined;
  } finally {
    closeSync(fd);
  }
}
