/** A disk without room, for real: a small tmpfs. */
import { deepEqual, equal, match } from 'node:assert/strict';
import { join } from 'node:path';
import { execa } from 'execa';
import { CHURN, CHURN_LISTENERS, churnedTransitions, recordedTransitions } from '../lab/churn.js';
import type { Netns } from '../lab/netns.js';
import { within } from '../lab/number-assertions.js';
import { requireBpf } from '../lab/privileges.js';
import { numberOf, query, Recorder } from '../lab/sstory.js';
import { Stage } from '../lab/stage.js';
import { until } from '../lab/until.js';

const CONNECTIONS = 6_000;

describe('a full disk', function () {
  this.timeout(60_000);
  let stage: Stage;
  let place: Netns;
  let disk: string;
  beforeEach(async function () {
    requireBpf(this);
    stage = new Stage();
    place = await stage.netns();
    disk = await stage.directory();
    await execa('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk]);
    stage.use({
      [Symbol.asyncDispose]: async () => {
        await execa('umount', [disk]);
      },
    });
  });
  afterEach(() => stage?.[Symbol.asyncDispose]());

  /** Records more than there is room for, until the recorder says so. */
  async function fill(recorder: Recorder): Promise<void> {
    await place.run(CHURN, String(CONNECTIONS));
    await until('the disk to be full', () => recorder.said.includes('the database cannot be written'));
  }

  it('makes the recorder buffer in memory, and write all of it when there is room again', async () => {
    const recorder = stage.use(await Recorder.start(join(disk, 'a.db'), '--source', 'bpf', '--no-names'));
    await fill(recorder);
    await execa('mount', ['-o', 'remount,size=100m', disk]);
    await until('room', () => recorder.said.includes('all that waited is written'));
    equal((await recorder.stop()).exitCode, 0);
    const path = join(disk, 'a.db');
    const lost = numberOf(path, 'SELECT sum(coalesce(lost, 1)) FROM gaps');
    const missing = churnedTransitions(CONNECTIONS) - recordedTransitions(path, place.inode);
    within(missing, 0, lost, 'transitions missing, of as many events as are lost');
    // Each lost event costs at most one socket its opening, or makes one more: the TIME-WAIT of a socket whose end was lost.
    const sockets = 'SELECT count(*) FROM connections WHERE netns = ? AND origin';
    const opened = numberOf(path, `${sockets} <> 'unknown'`, place.inode);
    within(2 * CONNECTIONS + CHURN_LISTENERS - opened, 0, lost, 'sockets whose opening is missing');
    within(numberOf(path, `${sockets} = 'unknown'`, place.inode), 0, lost, 'sockets of unknown origin');
  });

  it('ends a recording with one line of error where it stays full, and the next one begins with the gap', async () => {
    const path = join(disk, 'b.db');
    const recorder = await Recorder.start(path, '--source', 'bpf', '--no-names');
    await fill(recorder);
    const { exitCode, stderr } = await recorder.stop();
    equal(exitCode, 1);
    match(stderr, /\nsstory: the database cannot be written: [^\n]*; [\d,]+ changes of connections lost\n {2}[^\n]*$/);
    const [run] = query<{ last_us: number; ended_us: number | null }>(path, 'SELECT last_us, ended_us FROM runs');
    equal(run?.ended_us, null);
    await execa('mount', ['-o', 'remount,size=100m', disk]);
    await (await Recorder.start(path, '--source', 'bpf', '--no-names')).stop();
    const gaps = query<{ from_us: number }>(path, "SELECT from_us FROM gaps WHERE reason = 'tracer' AND lost IS NULL");
    deepEqual(
      gaps.map(({ from_us }) => from_us),
      [run?.last_us],
    );
  });
});
