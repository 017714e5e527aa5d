import { equal } from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { recorderHere, recorderProcess } from '../../src/request/recorder-here.js';
import { openForWriting } from '../../src/store/database.js';
import { RunRecord } from '../../src/store/runs.js';
import { FileLock } from '../../src/sys/file-lock.js';
import { readHost } from '../../src/sys/host.js';
import { isInitialPidNamespace } from '../../src/sys/process-life.js';
import { LAB_RUN, usAt } from '../lab/history.js';
import { requireRoot } from '../lab/privileges.js';
import { Stage } from '../lab/stage.js';
import { until } from '../lab/until.js';

describe('the process of a recorder', () => {
  const stage = new Stage();
  const { bootId } = readHost();
  let directory: string;
  let made = 0;
  before(async () => {
    directory = await stage.directory();
  });
  after(() => stage[Symbol.asyncDispose]());

  function file(): string {
    const path = join(directory, `${++made}.db`);
    writeFileSync(path, '');
    return path;
  }

  /** The number of a process that has ended and was reaped. */
  const endedPid = () => spawnSync('true').pid;

  /** Starts a program that says a number, and runs until the end of the tests. */
  async function numberFrom(command: string, ...words: string[]): Promise<number> {
    const child = spawn(command, words, { stdio: ['ignore', 'pipe', 'inherit'] });
    stage.use({
      [Symbol.asyncDispose]: async () => {
        child.kill('SIGKILL');
        if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      },
    });
    const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
    return Number(chunk.toString());
  }

  it('is alive while it holds the lock of the database', () => {
    const path = file();
    const lock = FileLock.take(path);
    equal(recorderProcess({ bootId, pid: process.pid }, path), 'alive');
    lock?.close();
    equal(recorderProcess({ bootId, pid: process.pid }, path), 'unknown');
  });

  it('is found in another PID namespace by its number there', async function () {
    requireRoot(this);
    const path = file();
    // `flock -F` becomes the command, which says its own number and waits.
    const inside = 'sleep 0; sh -c "echo \\$\\$; exec flock -F $1 sleep 1000"; :';
    const pid = await numberFrom('unshare', '--pid', '--fork', '--kill-child', 'sh', '-c', inside, 'sh', path);
    await until('its lock', () => recorderProcess({ bootId, pid }, path) === 'alive');
  });

  it('has ended where there is no such process', function () {
    if (!isInitialPidNamespace()) this.skip();
    const path = file();
    equal(recorderProcess({ bootId, pid: endedPid() }, path), 'ended');
    equal(recorderProcess({ bootId: 'another boot', pid: endedPid() }, path), 'unknown');
    equal(recorderProcess({ bootId, pid: endedPid() }, join(directory, 'none.db')), 'unknown');
  });

  it('has ended while another one holds the lock: the next recorder starts', function () {
    if (!isInitialPidNamespace()) this.skip();
    const path = file();
    const lock = FileLock.take(path);
    equal(recorderProcess({ bootId, pid: endedPid() }, path), 'ended');
    lock?.close();
  });

  it('has ended where its parent has not reaped it', async function () {
    if (!isInitialPidNamespace()) this.skip();
    // The shell becomes a program that waits for no child.
    const pid = await numberFrom('sh', '-c', 'true & echo $!; exec sleep 1000');
    await until('its end', () => recorderProcess({ bootId, pid }, file()) === 'ended');
  });

  it('makes the recorder silent at once', function () {
    if (!isInitialPidNamespace()) this.skip();
    const lifeOf = (pid: number) => {
      const database = openForWriting(join(directory, `${++made}.db`));
      new RunRecord(database, { ...LAB_RUN, bootId, pid });
      const { kind } = recorderHere(database, usAt(1));
      database.close();
      return kind;
    };
    equal(lifeOf(process.pid), 'running');
    equal(lifeOf(endedPid()), 'silent');
  });
});
