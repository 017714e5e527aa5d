/** Whom `sstory serve` runs as: the owner of the database, without capabilities. */
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { canRead } from '../../sys/path-access.js';
import { becomeProgram, holdsCapabilities } from '../../sys/privileges.js';
import { say } from '../output/say.js';

const MAIN = fileURLToPath(new URL('../main.js', import.meta.url));
/** Set in the process that has given them up. */
const MARK = 'SSTORY_UNPRIVILEGED';

/**
 * Starts this command again as the owner of the file and without capabilities, if it has any; it does not return then. As root, it keeps
 * the capability to read files where the program or the database lie in a directory that is closed to root without it.
 * @param environment what the new process gets besides
 */
export function giveUpPrivileges(file: string, environment: Readonly<Record<string, string>>): void {
  if (!holdsCapabilities() || process.env[MARK] === '1') return;
  const { uid, gid } = statSync(file);
  const readsAll = uid === 0 && !(canRead(file, { uid, gid }) && canRead(MAIN, { uid, gid }));
  if (readsAll) say(`keeping CAP_DAC_READ_SEARCH: ${file} or the program is in a directory that is closed to others`);
  Object.assign(process.env, environment, { [MARK]: '1' });
  becomeProgram({ uid, gid, readsAll }, process.execPath, [...process.execArgv, MAIN, ...process.argv.slice(2)]);
}
