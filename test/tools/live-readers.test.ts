import { deepEqual, equal, match } from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { execa } from 'execa';
import { openForWriting } from '../../src/store/database.js';
import { RunRecord } from '../../src/store/runs.js';
import { HistoryWriter } from '../../src/store/writer.js';
import { BASE_US, batchOf, connectionOf, LAB_RUN, writeHistory } from '../lab/history.js';
import { requireRoot } from '../lab/privileges.js';
import { Stage } from '../lab/stage.js';

const COUNT = 'SELECT count(*) FROM connections';
const NOBODY = 65_534;

/** What Datasette does: Python's own SQLite, with a file: address that asks for reading only. */
const PYTHON = `
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], uri=True, check_same_thread=False)
print(connection.execute(sys.argv[2]).fetchone()[0])
try:
    connection.execute("DELETE FROM socket")
except sqlite3.OperationalError as error:
    print(error)
`;

describe('a file that is being recorded into', () => {
  const stage = new Stage();
  let path: string;
  let database: Database.Database;
  let writer: HistoryWriter;
  let connections = 0;

  /** Commits connections as a recorder does. */
  const record = (count: number) => {
    const fresh = Array.from({ length: count }, () => connectionOf(++connections, [[connections, 'SYN-SENT']]));
    writer.write(batchOf({ connections: fresh }), BASE_US);
  };

  before(async () => {
    const directory = await stage.directory();
    path = join(directory, 'live.db');
    chmodSync(directory, 0o755);
    database = openForWriting(path);
    new RunRecord(database, LAB_RUN);
    writer = new HistoryWriter(database);
    record(3);
  });
  after(async () => {
    database.close();
    await stage[Symbol.asyncDispose]();
  });

  const counted = async (name: string, ...words: string[]): Promise<number> => {
    const { stdout } = await execa('sqlite3', [...words, name, COUNT]);
    return Number(stdout);
  };

  it('is read by the stock sqlite3, which sees each commit', async () => {
    equal(await counted(path, '-readonly'), connections);
    record(2);
    equal(await counted(path, '-readonly'), connections);
  });

  it('is read through file: addresses with mode=ro', async () => {
    equal(await counted(`file:${path}?mode=ro&immutable=0`), connections);
    const write = await execa('sqlite3', [`file:${path}?mode=ro`, 'DELETE FROM socket'], { reject: false });
    match(write.stderr, /readonly/);
  });

  it('is read as Datasette does, and cannot be written by it', async () => {
    const { stdout } = await execa('python3', ['-c', PYTHON, `file:${path}?mode=ro`, COUNT]);
    deepEqual(stdout.split('\n'), [String(connections), 'attempt to write a readonly database']);
  });

  it('goes on being written while a reader is in the middle of a query', async () => {
    const reader = execa('sqlite3', ['-readonly', '-interactive', path], { reject: false });
    let shown = '';
    reader.stdout.on('data', (chunk: Buffer) => {
      shown += chunk.toString();
    });
    reader.stdin.write(`BEGIN;\n${COUNT};\n`);
    const seen = String(connections);
    while (!shown.includes(`${seen}\n`)) await new Promise((resolve) => reader.stdout.once('data', resolve));
    record(5);
    equal(await counted(path, '-readonly'), connections);
    shown = '';
    reader.stdin.write(`${COUNT};\nCOMMIT;\n${COUNT};\n.quit\n`);
    await reader;
    const counts = [...shown.matchAll(/^(?:sqlite> )*(\d+)$/gm)].map(([, count]) => count);
    deepEqual(counts, [seen, String(connections)], shown);
  });

  it('is read by another user once its group or all may: the write-ahead log gets the same mode', async function () {
    requireRoot(this);
    const asNobody = () => execa('sqlite3', ['-readonly', path, COUNT], { uid: NOBODY, gid: NOBODY, reject: false });
    match((await asNobody()).stderr, /unable to open/);
    for (const name of [path, `${path}-wal`, `${path}-shm`]) chmodSync(name, 0o644);
    equal((await asNobody()).stdout, String(connections));
    record(1);
    equal((await asNobody()).stdout, String(connections));
  });

  it('is not changed by its readers', async () => {
    const digest = () =>
      createHash('sha256')
        .update(readFileSync(path))
        .update(readFileSync(`${path}-wal`))
        .digest('hex');
    const before = digest();
    equal(await counted(path, '-readonly'), connections);
    equal(await counted(`file:${path}?mode=ro`), connections);
    equal(digest(), before);
  });
});

describe('a file that is not being recorded into, where the reader may not write', () => {
  const stage = new Stage();
  let path: string;
  before(async () => {
    const directory = await stage.directory();
    path = join(directory, 'finished.db');
    writeHistory(path, { connections: [connectionOf(1, [[1, 'SYN-SENT']])] });
    chmodSync(directory, 0o755);
    chmodSync(path, 0o644);
  });
  after(() => stage[Symbol.asyncDispose]());

  it('is read with immutable=1, which needs no files beside it', async function () {
    requireRoot(this);
    const asNobody = (name: string) =>
      execa('sqlite3', ['-readonly', name, COUNT], { uid: NOBODY, gid: NOBODY, reject: false });
    match((await asNobody(path)).stderr, /attempt to write a readonly database/);
    equal((await asNobody(`file:${path}?immutable=1`)).stdout, '1');
  });
});
