/** A store that fails, for real: a lock held by another program, a disk that reports errors, a file that goes away. */
import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { CHURN, churnedTransitions, recordedTransitions } from '../lab/churn.js';
import { injectFault } from '../lab/injected-fault.js';
import type { Netns } from '../lab/netns.js';
import { within } from '../lab/number-assertions.js';
import { outputOf } from '../lab/output.js';
import { requireBpf } from '../lab/privileges.js';
import { numberOf, type Outcome, query, Recorder, sstory } from '../lab/sstory.js';
import { Stage } from '../lab/stage.js';
import { until } from '../lab/until.js';

/** How soon a recorder has to end after a failure, milliseconds; the machine may be busy. */
const END_MS = 4_000;

describe('a store that fails', function () {
  this.timeout(60_000);
  let stage: Stage;
  let place: Netns;
  let path: string;
  beforeEach(async function () {
    requireBpf(this);
    stage = new Stage();
    place = await stage.netns();
    path = join(await stage.directory(), 'a.db');
  });
  afterEach(() => stage?.[Symbol.asyncDispose]());

  async function record(...options: string[]): Promise<Recorder> {
    return stage.use(await Recorder.start(path, '--source', 'bpf', '--no-names', ...options));
  }

  async function endOf(recorder: Recorder): Promise<Outcome> {
    const outcome = await Promise.race([recorder.end, delay(END_MS, undefined, { ref: false })]);
    ok(outcome !== undefined, `it still runs: ${recorder.said}`);
    return outcome;
  }

  /** Makes connections until the recorder has noticed the fault, or until they are enough for it to be noticed. */
  async function churnUntil(said: () => boolean): Promise<void> {
    for (let turn = 0; turn < 20 && !said(); turn++) await place.run(CHURN, '2000');
    await until('the fault to be noticed', said);
  }

  const gapsOfDowntime = () =>
    query<{ from_us: number }>(path, "SELECT from_us FROM gaps WHERE reason = 'tracer' AND lost IS NULL").map(
      ({ from_us }) => from_us,
    );

  it('waits in memory while another program holds the lock, and writes all of it', async () => {
    const recorder = await record();
    const holder = execa('sqlite3', [path], { reject: false });
    stage.process(holder);
    const answered = outputOf(holder.stdout);
    // Without a timeout it would fail where the recorder commits at that moment.
    holder.stdin.write(".timeout 10000\nBEGIN IMMEDIATE; SELECT 'held';\n");
    await until('the lock', () => answered().includes('held'));
    const connections = 3_000;
    await place.run(CHURN, String(connections));
    await until('the recorder to report it', () => /is locked\): new records wait in memory/.test(recorder.said));
    equal(recordedTransitions(path, place.inode), 0);
    // Longer than SQLite would wait by itself.
    await delay(6_000);
    holder.stdin.end('COMMIT;\n');
    await until('all to be written', () => recorder.said.includes('all that waited is written'));
    const { exitCode, stderr } = await recorder.stop();
    equal(exitCode, 0, stderr);
    const lost = numberOf(path, 'SELECT sum(coalesce(lost, 1)) FROM gaps');
    within(churnedTransitions(connections) - recordedTransitions(path, place.inode), 0, lost, 'transitions missing');
    equal((await sstory('check', '--db', path)).exitCode, 0);
  });

  it('ends within seconds when the disk fails to write, and the next run begins with a gap from the last commit', async () => {
    const recorder = await record();
    await place.run(CHURN, '1000');
    const pid = recorder.pid ?? 0;
    stage.use(await injectFault({ pid, calls: 'pwrite64', path: `${path}-wal`, inject: 'error=EIO' }));
    await place.run(CHURN, '100');
    const { exitCode, stderr } = await endOf(recorder);
    equal(exitCode, 1);
    match(stderr, /\nsstory: the database cannot be used: disk I\/O error [^\n]*$/);
    const [run] = query<{ last_us: number }>(path, 'SELECT last_us FROM runs');
    await (await record()).stop();
    deepEqual(gapsOfDowntime(), [run?.last_us]);
    equal((await sstory('check', '--db', path)).exitCode, 0);
  });

  it('ends when the disk does not confirm a write, and the next run begins with a gap from the last checkpoint', async () => {
    const recorder = await record('--max-size', '1G');
    await place.run(CHURN, '100');
    await until('a commit', () => recordedTransitions(path, place.inode) > 0);
    const startedUs = numberOf(path, 'SELECT started_us FROM runs');
    const pid = recorder.pid ?? 0;
    stage.use(await injectFault({ pid, calls: 'fsync,fdatasync', path: `${path}-wal`, inject: 'error=EIO' }));
    let ended = false;
    void recorder.end.then(() => {
      ended = true;
    });
    await churnUntil(() => ended);
    const { exitCode, stderr } = await recorder.end;
    equal(exitCode, 1);
    match(stderr, /\nsstory: the database cannot be used: disk I\/O error/);
    ok(existsSync(`${path}-wal`), 'the log is kept for the next start');
    await (await record()).stop();
    // The first checkpoint of a run is at its start.
    deepEqual(gapsOfDowntime(), [startedUs]);
    match(query<{ end: string }>(path, 'SELECT "end" FROM runs LIMIT 1')[0]?.end ?? '', /^failed: disk I\/O error/);
    equal((await sstory('check', '--db', path)).exitCode, 0);
  });

  it('ends when the file is moved, which then has everything until that moment', async () => {
    const recorder = await record();
    await place.run(CHURN, '100');
    await until('a commit', () => recordedTransitions(path, place.inode) > 0);
    const there = join(await stage.directory(), 'b.db');
    await rename(path, there);
    const { exitCode, stderr } = await endOf(recorder);
    equal(exitCode, 1);
    match(
      stderr,
      /\nsstory: \S+a\.db was moved to \S+b\.db: recording stopped\n {2}it has what was recorded until now; /,
    );
    equal(existsSync(`${path}-wal`) || existsSync(`${path}-shm`), false, 'nothing is left beside the old path');
    equal(recordedTransitions(there, place.inode), churnedTransitions(100));
    match(query<{ end: string }>(there, 'SELECT "end" FROM runs')[0]?.end ?? '', /^failed: .* was moved/);
    equal((await sstory('check', '--db', there)).exitCode, 0);
  });

  it('ends when the file is deleted, also where another is in its place, which stays as it is', async () => {
    const recorder = await record();
    await rm(path);
    await writeFile(path, 'of someone else');
    const { exitCode, stderr } = await endOf(recorder);
    equal(exitCode, 1);
    match(
      stderr,
      /was deleted, and another file is in its place: recording stopped\n {2}what was recorded in it is lost; /,
    );
    equal(existsSync(`${path}-wal`) || existsSync(`${path}-shm`), false);
    equal(await readFile(path, 'utf8'), 'of someone else');
  });

  it('does not report success where the file is gone at the end', async () => {
    const recorder = await record();
    await rm(path);
    const { exitCode, stderr } = await recorder.stop();
    equal(exitCode, 1);
    match(stderr, new RegExp(`${basename(path)} was deleted: recording stopped`));
  });

  it('ends when its directory is moved', async () => {
    const recorder = await record();
    const other = await stage.directory();
    await mkdir(join(other, 'old'));
    const directory = join(path, '..');
    await rename(directory, join(other, 'old'));
    await mkdir(directory);
    const { exitCode, stderr } = await endOf(recorder);
    equal(exitCode, 1);
    match(stderr, /was moved to \S+\/old\/a\.db/);
    equal((await sstory('check', '--db', join(other, 'old', 'a.db'))).exitCode, 0);
  });
});
