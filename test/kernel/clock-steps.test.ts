/** Real steps of the wall clock, of a few milliseconds, there and back. */
import { deepEqual, equal } from 'node:assert/strict';
import { join } from 'node:path';
import { execa } from 'execa';
import { CHURN, churnedTransitions, recordedTransitions } from '../lab/churn.js';
import { within } from '../lab/number-assertions.js';
import { missing, requireBpf } from '../lab/privileges.js';
import { numberOf, query, Recorder, sstory } from '../lab/sstory.js';
import { Stage } from '../lab/stage.js';
import { until } from '../lab/until.js';

const STEP_US = 20_000;
const STEP =
  'import sys, time; c = time.CLOCK_REALTIME; time.clock_settime_ns(c, time.clock_gettime_ns(c) + int(sys.argv[1]) * 1000)';

describe('a step of the wall clock', function () {
  this.timeout(60_000);
  let stage: Stage;
  before(function () {
    requireBpf(this);
    stage = new Stage();
  });
  after(() => stage?.[Symbol.asyncDispose]());

  it('is noted with its size, as a gap in which nothing is missing, and no time goes backwards for it', async function () {
    const step = async (us: number) => execa('python3', ['-c', STEP, String(us)], { reject: false });
    const path = join(await stage.directory(), 'a.db');
    const place = await stage.netns();
    const recorder = stage.use(await Recorder.start(path, '--source', 'bpf', '--no-names'));
    const steps = () => {
      const [run] = query<{ steps: string }>(path, 'SELECT clock_steps AS steps FROM runs');
      return (JSON.parse(run?.steps ?? '[]') as { step_us: number }[]).map(({ step_us }) => step_us);
    };
    const churn = execa(...place.inside(CHURN, '1000', '300'), { reject: false });
    for (const us of [STEP_US, -STEP_US]) {
      const before = steps().length;
      const { exitCode, stderr } = await step(us);
      if (exitCode !== 0) missing(this, `needs to set the clock: ${stderr}`);
      await until('the step to be noted', () => steps().length > before);
    }
    await churn;
    const { exitCode, stderr } = await recorder.stop();
    equal(exitCode, 0, stderr);
    const [ahead = 0, back = 0, ...others] = steps();
    within(ahead, STEP_US - 2_000, STEP_US + 2_000, 'microseconds ahead');
    within(back, -STEP_US - 2_000, -STEP_US + 2_000, 'microseconds back');
    deepEqual(others, []);
    equal(numberOf(path, "SELECT count(*) FROM gaps WHERE reason = 'clock' AND lost = 0"), 2);
    const lost = numberOf(path, "SELECT sum(coalesce(lost, 1)) FROM gaps WHERE reason <> 'clock'");
    within(churnedTransitions(1_000) - recordedTransitions(path, place.inode), 0, lost, 'transitions missing');
    equal(numberOf(path, 'SELECT count(*) FROM connections WHERE closed_us < opened_us'), 0);
    const check = await sstory('check', '--db', path);
    equal(check.exitCode, 0, check.stdout);
  });
});
