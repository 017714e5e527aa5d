import { deepEqual, equal, match } from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { openForWriting } from '../../../src/store/database.js';
import { PREVIOUS_VERSION } from '../../../src/store/previous-schema.js';
import { RunRecord } from '../../../src/store/runs.js';
import { FileLock } from '../../../src/sys/file-lock.js';
import { readHost } from '../../../src/sys/host.js';
import { BASE_US, connectionOf, LAB_RUN, sampleOf, usAt, writeHistory } from '../../lab/history.js';
import { sstory } from '../../lab/sstory.js';
import { Stage } from '../../lab/stage.js';
import { Answered } from '../../server/answered.js';
import { writeVersion } from '../../store/versions.js';

interface Info {
  readonly bytes: number;
  readonly schema_version: number;
  readonly from_us: number | null;
  readonly to_us: number | null;
  readonly recording: boolean;
  readonly runs: readonly { readonly id: number; readonly end: string }[];
  readonly gaps: readonly unknown[];
  readonly tables: readonly { readonly name: string; readonly rows: number | null; readonly bytes: number }[];
}

describe('sstory info', () => {
  const stage = new Stage();
  let directory: string;
  let db: string;

  before(async () => {
    directory = await stage.directory();
    db = join(directory, 'history.db');
    writeHistory(db, {
      connections: [1, 2, 3, 4].map((id) =>
        connectionOf(id, [
          [id, 'SYN-SENT'],
          [id + 1, 'ESTAB'],
          [id + 2, 'UNCONN'],
        ]),
      ),
      samples: [sampleOf(1, usAt(2))],
      gaps: [
        { fromUs: usAt(5), toUs: usAt(6) },
        { fromUs: usAt(7), toUs: usAt(8) },
      ],
    });
  });
  after(() => stage[Symbol.asyncDispose]());

  const infoOf = async (path: string) => {
    const { exitCode, stdout, stderr } = await sstory('info', '--json', '--db', path);
    deepEqual({ exitCode, stderr }, { exitCode: 0, stderr: '' });
    return JSON.parse(stdout) as Info;
  };

  it('has runs, span, gaps, and rows of each table as JSON', async () => {
    const { bytes, from_us, to_us, recording, runs, gaps, tables } = await infoOf(db);
    deepEqual([bytes, from_us, to_us, recording], [statSync(db).size, BASE_US, usAt(100), false]);
    deepEqual(
      runs.map(({ id, end }) => [id, end]),
      [[1, 'clean']],
    );
    deepEqual(gaps, [{ scope: 'transitions', reason: 'sequence', gaps: 2, lost: 6, uncounted: 0 }]);
    const rows = new Map(tables.map((table) => [table.name, table.rows]));
    deepEqual([rows.get('connections'), rows.get('samples'), rows.get('runs'), rows.get('gaps')], [4, 1, 1, 2]);
  });

  it('accounts for every page but those that map the others', async () => {
    const { bytes, tables } = await infoOf(db);
    const pageSize = 4_096;
    // https://sqlite.org/fileformat2.html#pointer_map_or_ptrmap_pages: one in a file of this size.
    equal(
      tables.reduce((sum, table) => sum + table.bytes, 0),
      bytes - pageSize,
    );
  });

  it('is text for people without --json', async () => {
    const { exitCode, stdout, stderr } = await sstory('info', '--db', db);
    deepEqual({ exitCode, stderr }, { exitCode: 0, stderr: '' });
    match(stdout, /^database {2}\S+history\.db: \d+ kB, schema version 5$/m);
    match(stdout, /^recorded {2}2026-11-18 .* \(1m40s\)$/m);
    match(stdout, /^recorder {2}not running$/m);
    match(stdout, /^ {2}1 +bpf +2026-11-18 \S+ +1m40s +lab +clean$/m);
    match(stdout, /^ {2}transitions +sequence +2 +6$/m);
    match(stdout, /^ {2}connections +4 +\d+(\.\d)? kB$/m);
  });

  it('does not call a recorder killed that is alive and cannot write', async () => {
    const stalled = join(directory, 'stalled.db');
    const database = openForWriting(stalled);
    const run = new RunRecord(database, { ...LAB_RUN, bootId: readHost().bootId });
    run.beat(usAt(10));
    database.close();
    const lock = FileLock.take(stalled);
    const { stdout } = await sstory('info', '--db', stalled);
    using served = new Answered(stalled);
    const answers = [
      JSON.parse((await sstory('info', '--json', '--db', stalled)).stdout),
      JSON.parse((await sstory('status', '--json', '--db', stalled)).stdout),
      await served.json('/api/info'),
    ];
    for (const answer of answers) deepEqual([answer.recording, answer.stalled], [false, true]);
    const metrics = await sstory('metrics', '--db', stalled);
    match(metrics.stdout, /^sstory_recorder_running 0$/m);
    lock?.close();
    const who = `sstory\\[${process.pid}\\] on lab`;
    match(stdout, new RegExp(`^recorder {2}stalled: ${who} is alive, but it has written nothing for a while$`, 'm'));
    match(stdout, /^ {2}1 +bpf .* lab +stalled$/m);
    match((await sstory('info', '--db', stalled)).stdout, /^recorder {2}not running$/m);
    const { recording, stalled: isStalled } = await served.json<{ recording: boolean; stalled: boolean }>('/api/info');
    deepEqual([recording, isStalled], [false, false]);
  });

  it('works where nothing is recorded yet, and with the schema before this one', async () => {
    const empty = join(directory, 'empty.db');

    openForWriting(empty).close();
    const { from_us, runs } = await infoOf(empty);
    deepEqual([from_us, runs], [null, []]);
    match((await sstory('info', '--db', empty)).stdout, /^recorded {2}nothing yet$/m);
    const old = join(directory, 'before.db');
    writeVersion(old, PREVIOUS_VERSION);
    equal((await infoOf(old)).schema_version, PREVIOUS_VERSION);
  });
});
