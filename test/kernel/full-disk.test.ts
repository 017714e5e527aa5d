/** A disk without room, for real: a small tmpfs. */
import { deepEqual, equal, match } from 'node:assert/strict';
import { join } from 'node:path';
import { execa } from 'execa';
import { CHURN } from '../lab/churn.js';
import type { Netns } from '../lab/netns.js';
import { requireBpf } from '../lab/privileges.js';
import { query, Recorder } from '../lab/sstory.js';
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

  const made = (path: string) => {
    const [row] = query<{ n: number }>(path, 'SELECT count(*) AS n FROM connections WHERE netns = ?', place.inode);
    return row?.n ?? 0;
  };

  /** Records more than there is room for, until the recorder says so. */
  async function fill(recorder: Recorder): Promise<void> {
    await place.run(CHURN, String(CONNECTIONS));
    await until('the disk to be full', () => recorder.said.includes('the database cannot be written'));
  }

  it('makes what is recorded wait, and all of it is written when there is room again', async () => {
    const recorder = stage.use(await Recorder.start(join(disk, 'a.db'), '--source', 'bpf', '--no-names'));
    await fill(recorder);
    await execa('mount', ['-o', 'remount,size=100m', disk]);
    await until('room', () => recorder.said.includes('all that waited is written'));
    equal((await recorder.stop()).exitCode, 0);
    const skipped = query<{ lost: number }>(join(disk, 'a.db'), 'SELECT coalesce(sum(lost), 0) AS lost FROM gaps')[0]
      ?.lost;
    equal(made(join(disk, 'a.db')) + (skipped ?? 0) >= CONNECTIONS * 2, true);
  });

  it('ends a recording with one clear line where there is none, and the next one begins with the gap', async () => {
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
