import { equal } from 'node:assert/strict';
import { copyFileSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Sqlite from 'better-sqlite3';
import { Checkpoints } from '../../src/store/checkpoints.js';
import { Database } from '../../src/store/sqlite.js';
import { atMost } from '../lab/number-assertions.js';

/** A page and its header in the log. */
const FRAME_BYTES = 4_096 + 24;

describe('checkpoints', () => {
  let directory: string;
  let path: string;
  let database: Sqlite.Database;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'sstory-test-'));
    path = join(directory, 'a.db');
    database = new Database(path);
    database.pragma('journal_mode = WAL');
    database.exec('CREATE TABLE t (a)');
  });
  afterEach(() => {
    database.close();
    rmSync(directory, { recursive: true });
  });

  /** What a host that loses its power would have: the file without the log. */
  function inFile(): number {
    const copy = join(directory, 'copy.db');
    copyFileSync(path, copy);
    const reader = new Database(copy);
    const count = Number(reader.prepare('SELECT count(*) FROM t').pluck().get());
    reader.close();
    return count;
  }

  function commit(pages: number): void {
    database.prepare('INSERT INTO t VALUES (zeroblob(?))').run(pages * 4_000);
  }

  it('copies the log into the file at the start, and then when so much is in it', () => {
    commit(1);
    const checkpoints = new Checkpoints(database, { startUs: 5, bounded: true });
    equal(checkpoints.throughUs, 5);
    equal(inFile(), 1);
    commit(10);
    checkpoints.after(6);
    equal(inFile(), 1);
    commit((2 << 20) / 4_000);
    checkpoints.after(7);
    equal(inFile(), 3);
    equal(checkpoints.throughUs, 7);
  });

  it('finds the log where a symbolic link leads to', () => {
    const link = join(directory, 'link.db');
    symlinkSync(path, link);
    const through = new Database(link);
    const checkpoints = new Checkpoints(through, { startUs: 5, bounded: true });
    commit((2 << 20) / 4_000);
    checkpoints.after(7);
    equal(checkpoints.throughUs, 7);
    through.close();
  });

  it('keeps the log as small as the next checkpoint needs it', () => {
    const checkpoints = new Checkpoints(database, { startUs: 0, bounded: true });
    for (let round = 0; round < 40; round++) {
      commit(100);
      checkpoints.after(round);
    }
    atMost(statSync(`${path}-wal`).size, (2 << 20) + 110 * FRAME_BYTES, 'bytes of the log');
  });

  it('counts only what is new where a reader keeps the log from being used again', () => {
    const checkpoints = new Checkpoints(database, { startUs: 0, bounded: true });
    const reader = new Database(path, { readonly: true });
    reader.exec('BEGIN');
    reader.prepare('SELECT count(*) FROM t').get();
    for (let round = 1; round <= 12; round++) {
      commit(100);
      checkpoints.after(round);
    }
    equal(checkpoints.throughUs, 12 - (12 % 6));
    reader.close();
  });
});
