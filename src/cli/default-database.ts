import { existsSync } from 'node:fs';

/** Where a service records into. */
export const SYSTEM_DATABASE = '/var/lib/sstory/sstory.db';
const IN_DIRECTORY = 'sstory.db';

/** The database that a command writes where none is named. */
export const NEW_DATABASE = process.env['SSTORY_DB'] ?? IN_DIRECTORY;

/** The one that a command reads where none is named. */
export const DEFAULT_DATABASE = defaultDatabase(process.env['SSTORY_DB'], existsSync);

/** That of the environment; else the one in the working directory; else that of the service, if it is the only one. */
export function defaultDatabase(named: string | undefined, exists: (path: string) => boolean): string {
  if (named !== undefined) return named;
  return !exists(IN_DIRECTORY) && exists(SYSTEM_DATABASE) ? SYSTEM_DATABASE : IN_DIRECTORY;
}
