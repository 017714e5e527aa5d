import { type Stats, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

interface User {
  readonly uid: number;
  readonly gid: number;
}

const [READ, SEARCH] = [4, 1];

/** Whether a user without capabilities can read a file, by its mode and those of the directories above it; access lists are not looked at. */
export function canRead(path: string, user: User): boolean {
  const file = resolve(path);
  if (!allows(statSync(file, { throwIfNoEntry: false }), user, READ)) return false;
  for (let directory = dirname(file); ; directory = dirname(directory)) {
    if (!allows(statSync(directory, { throwIfNoEntry: false }), user, SEARCH)) return false;
    if (directory === dirname(directory)) return true;
  }
}

function allows(stats: Stats | undefined, { uid, gid }: User, bit: number): boolean {
  if (stats === undefined) return false;
  const shift = stats.uid === uid ? 6 : stats.gid === gid ? 3 : 0;
  return ((stats.mode >> shift) & bit) !== 0;
}
