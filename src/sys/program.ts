/** Programs of the system that sstory runs as root: neither PATH nor another variable of who started it decides which, or how. */
import { accessSync, constants, statSync } from 'node:fs';

const DIRECTORIES = ['/usr/bin', '/usr/sbin', '/bin', '/sbin', '/usr/local/bin', '/usr/local/sbin'];

/** The only variables of such a program, besides those that it is given. */
export const CLEAN_ENVIRONMENT: Readonly<Record<string, string>> = { PATH: DIRECTORIES.join(':'), LC_ALL: 'C' };

/** The absolute path of a program by its name, undefined where it is not installed. */
export function programPath(name: string): string | undefined {
  return DIRECTORIES.map((directory) => `${directory}/${name}`).find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
