/**
 * What root may write into. Who can replace a file, or the directory it is in, could make root write elsewhere: symlink(7), and the
 * sticky bit of inode(7).
 */
import { lstatSync, realpathSync, type Stats } from 'node:fs';
import { dirname, join } from 'node:path';
import { SstoryError } from '../model/error.js';

const STICKY = 0o1000;
const GROUP_WRITES = 0o020;
const OTHERS_WRITE = 0o002;
/** Files that SQLite keeps beside a database: https://sqlite.org/tempfiles.html */
const SIDE_FILES = ['-wal', '-shm', '-journal'];

/** For whom root writes: itself, and the user who called sudo. */
export interface Trusted {
  readonly uids: readonly number[];
  readonly gids: readonly number[];
}

/** Root, and SUDO_UID and SUDO_GID; undefined for another user: the kernel's permissions are enough for them. */
export function trustedByRoot(
  env: Readonly<Record<string, string | undefined>>,
  uid = process.geteuid?.(),
): Trusted | undefined {
  if (uid !== 0) return undefined;
  const ids = (name: string) => [0, ...(/^\d+$/.test(env[name] ?? '') ? [Number(env[name])] : [])];
  return { uids: ids('SUDO_UID'), gids: ids('SUDO_GID') };
}

/**
 * Rejects a database that root is to write where others decide what is written: a symbolic link, a file of another user, one in a directory
 * that others may write, unless its sticky bit is set. The same of every directory above. What does not exist yet is accepted.
 * `trusted` is that of `trustedByRoot`.
 * @throws SstoryError `not-trusted`
 */
export function requireTrusted(path: string, trusted: Trusted | undefined): void {
  if (trusted === undefined) return;
  for (const file of [path, ...SIDE_FILES.map((end) => `${path}${end}`)]) requireTrustedFile(file, trusted);
  let directory = realDirectory(path);
  while (directory !== undefined) {
    requireTrustedDirectory(path, directory, trusted);
    directory = directory === '/' ? undefined : dirname(directory);
  }
}

function requireTrustedFile(file: string, { uids }: Trusted): void {
  const stats = entryAt(file);
  if (stats === undefined) return;
  if (stats.isSymbolicLink())
    throw refusal(`${file} is a symbolic link`, `name the file that it leads to: --db ${linkTarget(file)}`);
  if (!uids.includes(stats.uid))
    throw refusal(`${file} belongs to uid ${stats.uid}`, `chown root ${file}, if its content is trusted`);
}

function requireTrustedDirectory(path: string, directory: string, { uids, gids }: Trusted): void {
  const stats = entryAt(directory);
  if (stats === undefined) return;
  const hint = 'root writes only where nobody else can replace the file: --db /var/lib/sstory/sstory.db';
  if (!uids.includes(stats.uid)) throw refusal(`${path}: ${directory} belongs to uid ${stats.uid}`, hint);
  const byGroup = (stats.mode & GROUP_WRITES) !== 0 && !gids.includes(stats.gid);
  const byOthers = (stats.mode & OTHERS_WRITE) !== 0;
  if ((byGroup || byOthers) && (stats.mode & STICKY) === 0)
    throw refusal(`${path}: ${byOthers ? 'everyone' : `group ${stats.gid}`} may write ${directory}`, hint);
}

function refusal(why: string, hint: string): SstoryError {
  return new SstoryError('not-trusted', `root does not write this database: ${why}`, { hint });
}

function entryAt(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false });
}

function realDirectory(path: string): string | undefined {
  try {
    return realpathSync(dirname(path));
  } catch {
    return undefined;
  }
}

function linkTarget(link: string): string {
  try {
    return realpathSync(link);
  } catch {
    return join(dirname(link), 'FILE');
  }
}
