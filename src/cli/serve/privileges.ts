/** Whom `sstory serve` runs as: the owner of the database, without capabilities. */
import { statSync } from 'node:fs';
import { type SstoryError, usageError } from '../../model/error.js';
import { COMMAND_FILE } from '../../sys/command-file.js';
import { canRead } from '../../sys/path-access.js';
import { becomeProgram, holdsCapabilities } from '../../sys/privileges.js';
import { say } from '../output/say.js';

/** Set in the process that has given them up. */
const MARK = 'SSTORY_UNPRIVILEGED';

/**
 * Starts this command again as the owner of the file and without capabilities, if it has any; it does not return then. As root, it keeps
 * the capability to read files where the program or the database lie in a directory that is closed to root without it.
 * @param environment what the new process gets besides
 * @throws SstoryError `closed-to-owner` (exit code 2)
 */
export function giveUpPrivileges(file: string, environment: Readonly<Record<string, string>>): void {
  if (!holdsCapabilities() || process.env[MARK] === '1') return;
  const { uid, gid } = statSync(file);
  const closed = [file, COMMAND_FILE, process.execPath].find((path) => !canRead(path, { uid, gid }));
  if (closed !== undefined && uid !== 0) throw closedToOwner(file, uid, closed);
  if (closed !== undefined) say(`keeping CAP_DAC_READ_SEARCH: ${closed} is in a directory that is closed to others`);
  startAgain({ uid, gid, readsAll: closed !== undefined }, environment);
}

/**
 * The same without a file: as the user who started it, without capabilities. As root, it keeps the capability to read files where the
 * program lies in a directory that is closed to root without it.
 */
export function giveUpCapabilities(environment: Readonly<Record<string, string>>): void {
  if (!holdsCapabilities() || process.env[MARK] === '1') return;
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  const readsAll = [COMMAND_FILE, process.execPath].some((path) => !canRead(path, { uid, gid }));
  startAgain({ uid, gid, readsAll }, environment);
}

function startAgain(
  identity: Parameters<typeof becomeProgram>[0],
  environment: Readonly<Record<string, string>>,
): void {
  Object.assign(process.env, environment, { [MARK]: '1' });
  becomeProgram(identity, process.execPath, [...process.execArgv, COMMAND_FILE, ...process.argv.slice(2)]);
}

function closedToOwner(file: string, uid: number, closed: string): SstoryError {
  const hint = 'sstory serve runs as the owner of the database: make it readable to that user, or move it';
  return usageError('closed-to-owner', `${file} belongs to user ${uid}, who cannot read ${closed}`, hint);
}
