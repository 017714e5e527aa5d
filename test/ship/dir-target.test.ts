import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { LIVES, SEGMENTS } from '../../src/fleet/columns.js';
import { DirTarget } from '../../src/ship/dir-target.js';
import { usAt } from '../lab/history.js';
import { Stage } from '../lab/stage.js';
import { segmentOf, sentOf } from './made-segments.js';

const ORIGIN = { host: 'web/1', machine: 'm', file: 'f' };

describe('a directory of Parquet files', () => {
  const stage = new Stage();
  let directory: string;
  beforeEach(async () => {
    directory = join(await stage.directory(), 'parquet');
  });
  after(() => stage[Symbol.asyncDispose]());

  const filesIn = () =>
    (
      readdirSync(directory, { recursive: true, withFileTypes: true }) as {
        name: string;
        parentPath: string;
        isFile(): boolean;
      }[]
    )
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
      .sort();

  it('has a file for each table, day and host, with the columns of the fleet', async () => {
    const target = new DirTarget(directory);
    await target.connect();
    await target.send(ORIGIN, segmentOf(1, [usAt(0), usAt(1), usAt(86_400)]));
    deepEqual(filesIn(), [
      'lives/day=2026-11-18/host=web%2F1/f-1-3.parquet',
      'lives/day=2026-11-19/host=web%2F1/f-1-3.parquet',
      'segments/day=2026-11-19/host=web%2F1/f-1-3.parquet',
    ]);
    const lives = await readAll(`${directory}/lives/**/*.parquet`);
    deepEqual(
      Object.keys(lives[0] ?? {}).filter((name) => name !== 'day'),
      LIVES.map(({ name }) => name),
    );
    deepEqual(
      lives.map((row) => [row['connection_id'], row['step_into'], row['local_addr']]),
      [1, 2, 3].map((id) => [BigInt(id), ['ESTAB', 'UNCONN'], '::ffff:10.0.0.1']),
    );
    const [segment] = await readAll(`${directory}/segments/**/*.parquet`);
    equal(segment?.['last'], 3n);
    ok(SEGMENTS.every(({ name }) => name in (segment ?? {})));
  });

  it('finds what is there, whole', async () => {
    const target = new DirTarget(directory);
    await target.connect();
    const segment = segmentOf(1, [usAt(0), usAt(86_400)]);
    const sent = sentOf(segment, await target.send(ORIGIN, segment));
    deepEqual(await target.find(ORIGIN, [sent]), [true]);
    equal(await target.lastSeq(ORIGIN), 2);
    equal(await target.lastSeq({ ...ORIGIN, file: 'other' }), 0);
    const file = join(directory, filesIn()[0] ?? '');
    const content = readFileSync(file);
    truncateSync(file, 100);
    deepEqual(await target.find(ORIGIN, [sent]), [false]);
    writeFileSync(file, Buffer.concat([content.subarray(0, -1), Buffer.from('x')]));
    deepEqual(await target.find(ORIGIN, [sent]), [false]);
    rmSync(file);
    deepEqual(await target.find(ORIGIN, [sent]), [false]);
    equal(await target.send(ORIGIN, segment), sent.receipt);
    deepEqual(await target.find(ORIGIN, [sent]), [true]);
  });

  it('writes the same bytes each time, and leaves no draft', async () => {
    const target = new DirTarget(directory);
    await target.connect();
    const segment = segmentOf(1, [usAt(0)]);
    await target.send(ORIGIN, segment);
    const before = filesIn().map((name) => readFileSync(join(directory, name)).toString('hex'));
    await target.send(ORIGIN, segment);
    deepEqual(
      filesIn().map((name) => readFileSync(join(directory, name)).toString('hex')),
      before,
    );
  });

  it('has one row for each host, replaced each time', async () => {
    const target = new DirTarget(directory);
    await target.connect();
    for (const version of [1, 2]) await target.put(ORIGIN, String(version), { hosts: [{ host: 'web/1', version }] });
    deepEqual(filesIn(), ['hosts/host=web%2F1/f.parquet']);
    equal((await readAll(`${directory}/hosts/**/*.parquet`))[0]?.['version'], 2n);
  });

  it('is not made where the directory above it is missing', async () => {
    const target = new DirTarget(join(directory, 'a', 'b'));
    await rejects(target.connect(), (error: Error) => {
      match(error.message, /cannot ship to .*a\/b: its directory does not exist/);
      return true;
    });
    ok(!existsSync(join(directory, 'a')));
  });

  it('is refused where it is a file', async () => {
    writeFileSync(directory, '');
    await rejects(new DirTarget(directory).connect(), { message: `${directory} is not a directory` });
  });
});

async function readAll(files: string): Promise<Record<string, unknown>[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const reader = await connection.runAndReadAll(`SELECT * FROM read_parquet('${files}') ORDER BY ALL`);
  const rows = reader.getRowObjectsJS() as Record<string, unknown>[];
  connection.closeSync();
  instance.closeSync();
  return rows;
}
