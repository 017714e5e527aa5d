import { chmodSync, closeSync, existsSync, openSync, rmSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { SstoryError } from '../model/error.js';
import { fillCgroupParts } from './cgroup-table.js';
import { Closings } from './closings.js';
import { BOUND, LACKS_BOUND } from './migrations/0004-bound.js';
import { CLOSINGS, LACKS_CLOSINGS } from './migrations/0004-closings.js';
import { HOST, LACKS_HOST } from './migrations/0004-host.js';
import { EARLY_VERSION_1, LACKS_COMPLETE } from './migrations/early-version-1.js';
import { MIGRATIONS } from './migrations/migrations.js';
import { lacks } from './previous-schema.js';

/** `PRAGMA application_id` of an sstory database: "ssty" in ASCII. */
export const APPLICATION_ID = 0x73737479;

/** The schema version that this sstory reads and writes. */
export const SCHEMA_VERSION = MIGRATIONS.length;

/**
 * Upgrades the schema from `version` to the current one, in one transaction. First it leaves a copy of the file beside it,
 * named by its version (`FILE.v1.bak`, private to its owner). Returns the copy's name, undefined for a new database.
 * @throws SstoryError `cannot-back-up`, `cannot-migrate`: the database is unchanged
 */
export function migrate(database: Database.Database, path: string, version: number): string | undefined {
  const backup = version > 0 ? backUp(database, path, version) : undefined;
  try {
    database.transaction(() => {
      if (version === 1 && lacks(database, LACKS_COMPLETE)) database.exec(EARLY_VERSION_1);
      if (version === 4) completeVersion4(database);
      for (const migration of MIGRATIONS.slice(version)) database.exec(migration);
      if (version < 4) fillCgroupParts(database);
      if (version > 0 && version < 4) numberEnded(database);
      database.pragma(`application_id = ${APPLICATION_ID}`);
      database.pragma(`user_version = ${SCHEMA_VERSION}`);
    })();
  } catch (cause) {
    if (backup !== undefined) rmSync(backup, { force: true });
    throw new SstoryError('cannot-migrate', `cannot migrate ${path}: ${(cause as Error).message}`, {
      hint: 'it was left unchanged',
      cause,
    });
  }
  return backup;
}

/** Adds what the first databases of version 4 lack. */
function completeVersion4(database: Database.Database): void {
  if (lacks(database, LACKS_HOST)) database.exec(HOST);
  if (lacks(database, LACKS_BOUND)) database.exec(BOUND);
  if (!lacks(database, LACKS_CLOSINGS)) return;
  database.exec(CLOSINGS);
  numberEnded(database);
}

/** Connections of earlier versions have no order of ending. */
function numberEnded(database: Database.Database): void {
  const closings = new Closings(database);
  while (closings.fillNext());
}

function backUp(database: Database.Database, path: string, version: number): string {
  const backup = freeName(`${path}.v${version}`);
  try {
    // SQLite would create a file that everyone can read; it accepts an existing empty one.
    closeSync(openSync(backup, 'wx', 0o600));
    chmodSync(backup, 0o600);
    database.prepare('VACUUM INTO ?').run(backup);
    return backup;
  } catch (cause) {
    rmSync(backup, { force: true });
    throw new SstoryError('cannot-back-up', `cannot back up ${path} to ${backup}: ${(cause as Error).message}`, {
      hint: 'it was left unchanged: a migration needs room for a copy of the file',
      cause,
    });
  }
}

function freeName(stem: string): string {
  for (let count = 1; ; count++) {
    const name = count === 1 ? `${stem}.bak` : `${stem}.${count}.bak`;
    if (!existsSync(name)) return name;
  }
}
