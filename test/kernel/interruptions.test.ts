import { deepEqual, equal } from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { accountFor, isWithin, recordedEstablished } from '../lab/accounting.js';
import { CHURN } from '../lab/churn.js';
import { KernelTrace } from '../lab/kernel-trace.js';
import { atLeast } from '../lab/number-assertions.js';
import { requireBpf } from '../lab/privileges.js';
import { Recorder } from '../lab/sstory.js';
import { Stage } from '../lab/stage.js';
import { until } from '../lab/until.js';

describe('a recording that is interrupted', () => {
  const stage = new Stage();
  before(function () {
    requireBpf(this);
  });
  after(() => stage[Symbol.asyncDispose]());

  it('has everything that happened outside its gaps, after Ctrl-C and after SIGKILL', async function () {
    this.timeout(120_000);
    const path = join(await stage.directory(), 'interrupted.db');
    const netns = await stage.netns();
    const trace = stage.use(await KernelTrace.start());
    const churn = execa(...netns.inside(CHURN, '1000000', '400'), { reject: false });
    const recorded = () => recordedEstablished(path, netns.inode).length;
    const start = async () => {
      const before = existsSync(path) ? recorded() : 0;
      const recorder = stage.use(await Recorder.start(path, '--source', 'bpf'));
      await until('it to have recorded', () => recorded() >= before + 200);
      return recorder;
    };
    await (await start()).stop();
    await (await start()).kill();
    await (await start()).stop();
    churn.kill();
    await churn;
    await trace.settle();

    const { established, missing, downtimes, unexplained } = accountFor(path, netns.inode, trace);
    equal(downtimes.length, 2);
    for (const gap of downtimes)
      atLeast(missing.filter((each) => isWithin(each, gap)).length, 1, 'connections missing while nothing recorded');
    deepEqual(unexplained, [], `of ${established} connections, not recorded and in no gap`);
  });
});
