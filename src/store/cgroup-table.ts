import type Database from 'better-sqlite3';
import { type RecordedCgroup, recordedCgroup } from '../model/cgroup.js';

/** Adds rows to the table `cgroup`. */
export function writeCgroups(database: Database.Database, cgroups: Iterable<RecordedCgroup>): void {
  const insert = database.prepare(
    'INSERT OR REPLACE INTO cgroup (id, path, container, pod, unit) VALUES (?, ?, ?, ?, ?)',
  );
  for (const { id, path, container, pod, unit } of cgroups)
    insert.run(id, path, container ?? null, pod ?? null, unit ?? null);
}

/** Derives from the paths what an earlier schema did not have. */
export function fillCgroupParts(database: Database.Database): void {
  const rows = database.prepare<[], [number, string]>('SELECT id, path FROM cgroup').raw().all();
  writeCgroups(
    database,
    rows.map(([id, path]) => recordedCgroup(id, path)),
  );
}
