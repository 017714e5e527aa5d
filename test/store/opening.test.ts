import { deepEqual, equal, throws } from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SstoryError } from '../../src/model/error.js';
import { openForReading, openForWriting } from '../../src/store/database.js';
import { Database } from '../../src/store/sqlite.js';

describe('opening a database', () => {
  let directory: string;
  let path: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'sstory-test-'));
    path = join(directory, 'a.db');
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  function refused(name: string, why: RegExp): void {
    for (const open of [openForWriting, openForReading])
      throws(
        () => open(name),
        (error) => error instanceof SstoryError && error.exitCode === 2 && why.test(error.message),
      );
  }

  it('rejects what is not a file', () => {
    refused(':memory:', /^invalid database ":memory:": not a file$/);
    refused('', /^invalid database "": not a file$/);
    refused(directory, /: a directory$/);
    refused('/dev/null', /: a device$/);
    execFileSync('mkfifo', [path]);
    refused(path, /: a FIFO$/);
    equal(existsSync(':memory:'), false);
  });

  it('rejects a file below something that is not a directory', () => {
    writeFileSync(path, '');
    throws(() => openForWriting(join(path, 'b.db')), /^SstoryError: cannot create .*: ENOTDIR/);
  });

  it('creates it in an empty file, and in a database without tables', () => {
    writeFileSync(path, '');
    openForWriting(path).close();
    const other = join(directory, 'b.db');
    const database = new Database(other);
    database.pragma('journal_mode = WAL');
    database.close();
    openForWriting(other).close();
    for (const file of [path, other])
      deepEqual(openForReading(file).prepare('SELECT count(*) AS runs FROM runs').all(), [{ runs: 0 }]);
  });

  it("leaves another program's database as it is", () => {
    const database = new Database(path);
    database.exec('CREATE TABLE a (b)');
    database.close();
    throws(() => openForWriting(path), /is not an sstory database/);
  });
});
