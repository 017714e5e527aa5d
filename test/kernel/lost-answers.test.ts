import { deepEqual, equal, match } from 'node:assert/strict';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Netns } from '../lab/netns.js';
import { atLeast } from '../lab/number-assertions.js';
import { requireRoot } from '../lab/privileges.js';
import { query, Recorder, sstory } from '../lab/sstory.js';
import { Stage } from '../lab/stage.js';
import { until } from '../lab/until.js';
import { floodOfAnswers } from './flood.js';

describe('DNS answers that the kernel drops', () => {
  const stage = new Stage();
  let path: string;
  let netns: Netns;
  let stderr: string;

  before(async function () {
    requireRoot(this);
    path = join(await stage.directory(), 'lost.db');
    netns = await stage.netns();
    const recorder = stage.use(await Recorder.start(path, '--source', 'diag', '--interval', '100ms'));
    await until('more than a second of history', () => {
      const sql = 'SELECT 1 FROM runs WHERE last_us > started_us + 1500000';
      return query(path, sql).length > 0;
    });
    // The recorder reads nothing meanwhile.
    process.kill(Number(recorder.pid), 'SIGSTOP');
    try {
      await execa(...netns.inside(process.execPath, '-e', floodOfAnswers()));
    } finally {
      process.kill(Number(recorder.pid), 'SIGCONT');
    }
    ({ stderr } = await recorder.stop());
  });
  after(() => stage[Symbol.asyncDispose]());

  it('are a gap in the names, with their number', () => {
    const gaps = query<{ reason: string; lost: number }>(path, "SELECT reason, lost FROM gaps WHERE scope = 'names'");
    deepEqual([...new Set(gaps.map(({ reason }) => reason))], ['overrun']);
    const lost = gaps.reduce((sum, gap) => sum + gap.lost, 0);
    atLeast(lost, 1, 'dropped');
    match(stderr, new RegExp(`names: ${lost.toLocaleString('en')} DNS answers? dropped`));
  });

  it('are not missing transitions', async () => {
    const within = "SELECT 1 FROM gaps, runs WHERE scope = 'names' AND from_us <= last_us AND to_us >= last_us";
    equal(query(path, within).length, 1);
    const shown = await sstory('ss', '--at', 'end', '--db', path);
    equal(shown.exitCode, 0, shown.stderr);
    equal(shown.stderr.includes('the record has a gap here'), false, shown.stderr);
    match((await sstory('log', '--db', path)).stdout, /DNS answers? lost \(overrun\)/);
  });
});
