import { deepEqual } from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { execa } from 'execa';
import { RecorderNotice } from '../../../src/cli/log/recorder-notice.js';
import type { Run } from '../../../src/model/run.js';
import type { RecorderLife, RecorderProcess } from '../../../src/query/recorder-life.js';
import { openForWriting } from '../../../src/store/database.js';
import { RunRecord } from '../../../src/store/runs.js';
import { readHost } from '../../../src/sys/host.js';
import { isInitialPidNamespace } from '../../../src/sys/process-life.js';
import { LAB_RUN, openRun, usAt, writeHistory } from '../../lab/history.js';
import { outputOf } from '../../lab/output.js';
import { MAIN } from '../../lab/sstory.js';
import { Stage } from '../../lab/stage.js';
import { until } from '../../lab/until.js';

const RUN = openRun({ pid: 42 });

const running = (more: Partial<Run> = {}): RecorderLife => ({
  kind: 'running',
  run: { ...RUN, ...more },
  process: 'unknown',
});
const silent = (process: RecorderProcess): RecorderLife => ({ kind: 'silent', run: RUN, process });

describe('what a follower reports of the recorder', () => {
  /** What is said, one look a second from 11 s on. */
  function reported(...lives: RecorderLife[]): (string | undefined)[] {
    const notice = new RecorderNotice('a.db');
    return lives.map((life, seconds) => notice.of(life, usAt(11 + seconds)));
  }

  it('is nothing while it keeps up', () => {
    deepEqual(reported(running(), running()), [undefined, undefined]);
  });

  it('is once that none runs, and that one has started', () => {
    const next = running({ id: 2, pid: 43, lastUs: usAt(13) });
    deepEqual(reported(silent('ended'), silent('ended'), next, next), [
      'no recorder is running on a.db: sstory[42] on lab was last alive 1s ago: its process has ended: it was killed, or failed',
      undefined,
      'sstory[43] on lab records into a.db',
      undefined,
    ]);
    deepEqual(reported({ kind: 'none' }, running({ lastUs: usAt(12) })), [
      'no recorder is running on a.db: nothing was ever recorded',
      'sstory[42] on lab records into a.db',
    ]);
  });

  it('is once that it is behind, and that it has caught up', () => {
    const late = running({ lastUs: usAt(5), behindUs: 5_000_000 });
    deepEqual(reported(late, late, running({ lastUs: usAt(13) })), [
      'the recorder is 6s behind: it is still working off a burst',
      undefined,
      'the recorder has caught up',
    ]);
  });

  it('does not say that one has caught up that was killed', () => {
    deepEqual(reported(running({ lastUs: usAt(5) }), silent('unknown')), [
      'the recorder is 6s behind: it may have been killed, or is stopped',
      'no recorder is running on a.db: sstory[42] on lab was last alive 2s ago: it was killed, or is stopped',
    ]);
    deepEqual(reported(running({ lastUs: usAt(5) }), running({ id: 2, pid: 43, lastUs: usAt(12) })), [
      'the recorder is 6s behind: it may have been killed, or is stopped',
      'sstory[43] on lab records into a.db',
    ]);
  });

  it('is once that it lives and writes nothing', () => {
    deepEqual(reported(silent('alive'), silent('alive'), running({ lastUs: usAt(13) })), [
      'nothing is being written into a.db: sstory[42] on lab has not written for 1s: it may be waiting for the disk, or is stopped',
      undefined,
      'the recorder has caught up',
    ]);
  });
});

describe('sstory log -f', () => {
  let stage: Stage;
  let path: string;
  beforeEach(async () => {
    stage = new Stage();
    path = join(await stage.directory(), 'a.db');
  });
  afterEach(() => stage[Symbol.asyncDispose]());

  /** What it says on stderr, so far. */
  function followed(): () => string {
    const child = execa(process.execPath, [MAIN, 'log', '-f', '--db', path], { reject: false });
    stage.use({
      [Symbol.asyncDispose]: async () => {
        child.kill();
        await child;
      },
    });
    return outputOf(child.stderr);
  }

  it('says that the recorder has ended, and when another one runs', async () => {
    writeHistory(path, {});
    const said = followed();
    await until(
      'the end',
      () => /^sstory: no recorder is running on .*: the last run ended at .* \(clean\)\n$/.test(said()),
      said,
    );
    const database = openForWriting(path);
    const run = new RunRecord(database, { ...LAB_RUN, pid: 43, startedUs: Date.now() * 1000 });
    await until(
      'the next one',
      () => {
        run.beat(Date.now() * 1000);
        return said().endsWith(`sstory: sstory[43] on lab records into ${path}\n`);
      },
      said,
    );
    database.close();
  });

  it('says at once that the recorder was killed', async function () {
    if (!isInitialPidNamespace()) this.skip();
    const database = openForWriting(path);
    const { pid } = spawnSync('true');
    new RunRecord(database, { ...LAB_RUN, bootId: readHost().bootId, pid, startedUs: Date.now() * 1000 - 4e6 });
    database.close();
    const said = followed();
    await until('the end', () => said().includes('\n'), said);
    deepEqual(
      said().replace(/ \d+\.\d+s ago/, ' 4s ago'),
      `sstory: no recorder is running on ${path}: sstory[${pid}] on lab was last alive 4s ago: its process has ended: it was killed, or failed\n`,
    );
  });
});
