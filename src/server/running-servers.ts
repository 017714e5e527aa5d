/**
 * The addresses and tokens of the servers that run, so that `sstory url` can print them: a file for each in a directory that only its user
 * can read.
 */
import { lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fieldsAfterName } from '../sys/process-stat.js';

export interface RunningServerRecord {
  readonly pid: number;
  /** When the process was started, in the kernel's units: a pid is used again. */
  readonly startTime: string;
  /** The path of the database, without symbolic links. */
  readonly file: string;
  /** With the token. */
  readonly url: string;
}

const NAME = /^serve-(\d+)\.json$/;
const PRIVATE = 0o077;
/** Write permission of others. */
const SHARED = 0o022;
/** The RuntimeDirectory of the packaged service; its group may read the history, and so the address. */
const OF_SERVICE = '/run/sstory';

/** Where the servers of a user are recorded: the first that exists, or can be made, and is the user's alone. */
function directoriesOf(uid: number): string[] {
  const own = uid === process.getuid?.() ? process.env['XDG_RUNTIME_DIR'] : undefined;
  const system = uid === 0 ? '/run/sstory' : `/run/user/${uid}/sstory`;
  return [...(own === undefined ? [] : [join(own, 'sstory')]), system, join(tmpdir(), `sstory-${uid}`)];
}

function isPrivate(directory: string, uid: number): boolean {
  const stats = lstatSync(directory, { throwIfNoEntry: false });
  return stats?.isDirectory() === true && stats.uid === uid && (stats.mode & PRIVATE) === 0;
}

/** Only root and systemd make directories in /run: what lies there was written by the service. */
function isOfService(directory: string): boolean {
  const stats = lstatSync(directory, { throwIfNoEntry: false });
  return stats?.isDirectory() === true && (stats.mode & SHARED) === 0;
}

function made(directory: string, uid: number): boolean {
  try {
    mkdirSync(directory, { mode: 0o700 });
  } catch {
    // It exists, or cannot be made.
  }
  return isPrivate(directory, uid);
}

/** Records this process as a server until `remove` is called; undefined: there is no place for it. */
export function recordServer(file: string, url: string): { remove(): void } | undefined {
  const uid = process.getuid?.() ?? 0;
  // systemd.exec(5): the directory of a service that it runs.
  const ofService = process.env['RUNTIME_DIRECTORY'];
  const directory = ofService ?? directoriesOf(uid).find((each) => made(each, uid));
  if (directory === undefined) return undefined;
  const path = join(directory, `serve-${process.pid}.json`);
  const record: RunningServerRecord = { pid: process.pid, startTime: startTimeOf(process.pid) ?? '', file, url };
  rmSync(path, { force: true });
  writeFileSync(path, JSON.stringify(record), { mode: ofService === undefined ? 0o600 : 0o640, flag: 'wx' });
  return { remove: () => rmSync(path, { force: true }) };
}

/** The servers of users that run; records of those that have ended are deleted. */
export function runningServers(uids: readonly number[], ofService = OF_SERVICE): RunningServerRecord[] {
  const own = [...new Set(uids)].flatMap((uid) => directoriesOf(uid).filter((each) => isPrivate(each, uid)));
  const directories = new Set([...own, ...(isOfService(ofService) ? [ofService] : [])]);
  return [...directories].flatMap(serversIn);
}

function serversIn(directory: string): RunningServerRecord[] {
  return namesIn(directory).flatMap((name) => {
    if (!NAME.test(name)) return [];
    const path = join(directory, name);
    const record = recordIn(path);
    if (record !== undefined && startTimeOf(record.pid) === record.startTime) return [record];
    try {
      rmSync(path, { force: true });
    } catch {
      // That of another user.
    }
    return [];
  });
}

/** Nothing where this user may not look. */
function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function recordIn(path: string): RunningServerRecord | undefined {
  try {
    const { pid, startTime, file, url } = JSON.parse(readFileSync(path, 'utf8')) as Partial<RunningServerRecord>;
    if (typeof pid !== 'number' || typeof startTime !== 'string') return undefined;
    return typeof file === 'string' && typeof url === 'string' ? { pid, startTime, file, url } : undefined;
  } catch {
    return undefined;
  }
}

/** The 22nd field of proc_pid_stat(5); undefined: there is no such process. */
function startTimeOf(pid: number): string | undefined {
  try {
    return fieldsAfterName(readFileSync(`/proc/${pid}/stat`, 'utf8'))[19];
  } catch {
    return undefined;
  }
}
