import { deepEqual, equal, match } from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { recordingStatus, type StatusLimits } from '../../../src/cli/history/recording-status.js';
import type { Gap } from '../../../src/model/gap.js';
import { openForReading, openForWriting } from '../../../src/store/database.js';
import { RunRecord } from '../../../src/store/runs.js';
import { HistoryWriter } from '../../../src/store/writer.js';
import { FileLock } from '../../../src/sys/file-lock.js';
import { readHost } from '../../../src/sys/host.js';
import { isInitialPidNamespace } from '../../../src/sys/process-life.js';
import { BASE_US, batchOf, LAB_RUN, usAt } from '../../lab/history.js';
import { sstory } from '../../lab/sstory.js';
import { Stage } from '../../lab/stage.js';

describe('sstory status', () => {
  const stage = new Stage();
  let directory: string;
  let made = 0;

  before(async () => {
    directory = await stage.directory();
  });
  after(() => stage[Symbol.asyncDispose]());

  interface Recording {
    readonly gaps?: readonly Partial<Gap>[];
    readonly aliveS?: number;
    readonly run?: Partial<typeof LAB_RUN>;
    readonly endS?: number;
  }

  /** A recording that began at 0 s. */
  function write({ gaps = [], aliveS = 10_000, run: more = {}, endS }: Recording): string {
    const path = join(directory, `${++made}.db`);
    const database = openForWriting(path);
    const run = new RunRecord(database, { ...LAB_RUN, pid: 42, ...more });
    const whole = gaps.map((gap) => ({ fromUs: usAt(9_000), toUs: usAt(9_001), ...gap }));
    new HistoryWriter(database).write(batchOf({ gaps: whole }), BASE_US);
    run.beat(usAt(aliveS));
    if (endS !== undefined) run.end(usAt(endS), 'clean');
    database.close();
    return path;
  }

  /** Level and message at a time. */
  function statusAt(seconds: number, recording: Recording, limits: Partial<StatusLimits> = {}): [string, string] {
    const database = openForReading(write(recording));
    const { level, message } = recordingStatus(database, 'host.db', usAt(seconds), { maxLost: 0, ...limits });
    database.close();
    return [level, message.replace(/ since 2026-11-18 [\d:]{8}/, '')];
  }

  const recorder = 'sstory[42] on lab has recorded into host.db';

  it('is ok while a recorder keeps up and lost nothing', () => {
    deepEqual(statusAt(10_000.5, {}), ['ok', `${recorder}, 500ms behind; no events lost in the last hour`]);
  });

  it('is a warning while the recorder is behind', () => {
    deepEqual(statusAt(10_004, {}), ['warning', `${recorder}, 4s behind; no events lost in the last hour`]);
    equal(statusAt(10_004, {}, { maxLag: 5_000_000 })[0], 'ok');
    equal(statusAt(10_001, {}, { maxLag: 500_000 })[0], 'warning');
  });

  it('expects no more updates than snapshots where there are only these', () => {
    const run = { source: 'diag', intervalUs: 5_000_000 } as const;
    deepEqual(statusAt(10_012, { run }), [
      'ok',
      `${recorder}, from snapshots alone, 12s behind; no events lost in the last hour`,
    ]);
    equal(statusAt(10_014, { run })[0], 'warning');
  });

  it('is a warning after events were lost in the last hour', () => {
    const one = statusAt(10_000, { gaps: [{}] });
    deepEqual(one, ['warning', `${recorder}, 0us behind; 3 events lost in a gap in the last hour`]);
    const unknown = statusAt(10_000, { gaps: [{}, { lost: undefined }] });
    match(unknown[1], /at least 3 events lost in 2 gaps in the last hour$/);
    match(statusAt(10_000, { gaps: [{ lost: undefined }] })[1], /an unknown number of events lost in a gap/);
    equal(statusAt(10_000, { gaps: [{}] }, { maxLost: 3 })[0], 'ok');
    equal(statusAt(10_000, { gaps: [{}, { lost: undefined }] }, { maxLost: 3 })[0], 'warning');
    equal(statusAt(13_000, { gaps: [{}], aliveS: 13_000 })[0], 'ok');
    equal(statusAt(10_000, { gaps: [{ scope: 'names' }, { reason: 'clock' }] })[0], 'ok');
  });

  it('is critical where no recorder runs', () => {
    deepEqual(statusAt(10_060, {}), [
      'critical',
      'nothing records into host.db: sstory[42] on lab was last alive 1m ago: it was killed, or is stopped',
    ]);
    match(statusAt(10_001, { endS: 10_000 })[1], /^nothing records into host\.db: the last run ended at .* \(clean\)$/);
  });

  it('is critical at once where the process of the recorder has ended', function () {
    if (!isInitialPidNamespace()) this.skip();
    const run = { bootId: readHost().bootId, pid: spawnSync('true').pid };
    deepEqual(statusAt(10_000.5, { run }), [
      'critical',
      `nothing records into host.db: sstory[${run.pid}] on lab was last alive 500ms ago: its process has ended: it was killed, or failed`,
    ]);
    equal(statusAt(10_000.5, { run: { ...run, bootId: 'another boot' } })[0], 'ok');
  });

  it('does not call a recorder killed that is alive and cannot write', () => {
    const path = write({ run: { bootId: readHost().bootId, pid: process.pid } });
    const lock = FileLock.take(path);
    const database = openForReading(path);
    const { level, message } = recordingStatus(database, 'host.db', usAt(10_060), { maxLost: 0 });
    database.close();
    lock?.close();
    const words = `sstory[${process.pid}] on lab has not written for 1m: it may be waiting for the disk, or is stopped`;
    deepEqual([level, message], ['critical', `nothing is being written into host.db: ${words}`]);
  });

  it('exits as a plugin of Nagios does', async () => {
    const ended = await sstory('status', '--db', write({ endS: 10_000 }));
    deepEqual([ended.exitCode, ended.stderr], [2, '']);
    match(ended.stdout, /^CRITICAL: nothing records into /);
    const missing = await sstory('status', '--json', '--db', join(directory, 'none.db'));
    deepEqual([missing.exitCode, (JSON.parse(missing.stdout) as { status: string }).status], [2, 'critical']);
    const foreign = join(directory, 'text.db');
    writeFileSync(foreign, 'my letters\n');
    const unreadable = await sstory('status', '--db', foreign);
    deepEqual([unreadable.exitCode, unreadable.stderr], [3, '']);
    match(unreadable.stdout, /^UNKNOWN: .*text\.db is not an sstory database$/);
    const invalid = await sstory('status', '--max-lag', 'soon');
    deepEqual([invalid.exitCode, invalid.stdout], [3, '']);
    match(invalid.stderr, /invalid duration "soon"/);
  });
});
