import { chmodSync, chownSync, existsSync, statSync } from 'node:fs';
import { fileTrouble, SstoryError } from '../model/error.js';

/** Its owner writes, its group reads. */
const SHARED_MODE = 0o640;

/**
 * Lets a group read an open database: the file, its log and its shared memory. SQLite gives those that it creates later the owner, group
 * and mode of the database (findCreateFileMode and robustFchown in os_unix.c).
 * @throws SstoryError `cannot-share`
 */
export function shareWithGroup(path: string, gid: number): void {
  for (const file of [path, `${path}-wal`, `${path}-shm`]) {
    if (!existsSync(file)) continue;
    try {
      chownSync(file, statSync(file).uid, gid);
      chmodSync(file, SHARED_MODE);
    } catch (cause) {
      throw new SstoryError('cannot-share', `cannot give ${file} to group ${gid}: ${fileTrouble(cause)}`, {
        hint: 'only root, or a member of that group, may',
        cause,
      });
    }
  }
}
