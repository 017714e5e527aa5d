import { deepEqual, equal } from 'node:assert/strict';
import { RecordSink } from '../../src/probe/record-sink.js';
import { UncountedLoss } from '../../src/probe/uncounted-loss.js';
import { bootTimeUs } from '../../src/sys/clock.js';
import { cpusOfList, onlineList } from '../../src/sys/cpus.js';
import { CHURN } from '../lab/churn.js';
import { atLeast, atMost } from '../lab/number-assertions.js';
import { requireBpf } from '../lab/privileges.js';
import { Stage } from '../lab/stage.js';
import { KIND, wordsOf } from '../probe/made-records.js';

const CONNECTIONS = 10;
/** Transitions of both ends. */
const OF_A_CONNECTION = 10;
const LISTENERS = 2;

describe('events for which the kernel ran no program', () => {
  const stage = new Stage();
  before(function () {
    requireBpf(this);
  });
  after(() => stage[Symbol.asyncDispose]());

  /** What is found missing after some connections, of which no record came. */
  async function foundAfterConnections(inRings: boolean) {
    const netns = await stage.netns();
    const sink = new RecordSink(0, bootTimeUs());
    const uncounted = new UncountedLoss(() => [sink]);
    uncounted.watch(cpusOfList(onlineList()));
    try {
      await netns.run(CHURN, String(CONNECTIONS), '0', String(LISTENERS));
      uncounted.count();
      const losses = uncounted.look(inRings);
      uncounted.count();
      return { losses, again: uncounted.look(false) };
    } finally {
      uncounted.close();
    }
  }

  it('are found by counters of the same tracepoints, once', async () => {
    const { losses, again } = await foundAfterConnections(false);
    deepEqual(
      losses.map(({ reason, cpu }) => ({ reason, cpu })),
      [{ reason: 'continuity', cpu: undefined }],
    );
    // Other programs of this host may have made some too.
    atLeast(losses[0]?.lost ?? 0, CONNECTIONS * OF_A_CONNECTION + 2 * LISTENERS, 'events lost');
    for (const { fromBootUs, toBootUs } of losses) atMost(fromBootUs, toBootUs, 'fromBootUs');
    deepEqual(again, []);
  });

  it('are not hidden by what happens after the counters were read', async () => {
    const netns = await stage.netns();
    const sink = new RecordSink(0, bootTimeUs());
    const uncounted = new UncountedLoss(() => [sink]);
    uncounted.watch(cpusOfList(onlineList()));
    try {
      uncounted.count();
      uncounted.look(false);
      const exactUs = bootTimeUs();
      await netns.run(CHURN, String(CONNECTIONS), '0', String(LISTENERS));
      uncounted.count();
      const words = wordsOf({ kind: KIND.transition, nsecs: Math.round((bootTimeUs() + 1_000) * 1_000) });
      for (let record = 0; record < 1_000; record++) sink.add(words, 0, -1, words.length);
      const [loss] = uncounted.look(false);
      atLeast(loss?.lost ?? 0, CONNECTIONS * OF_A_CONNECTION + 2 * LISTENERS, 'events lost');
      atMost(loss?.fromBootUs ?? Number.NaN, exactUs, 'when they began to be lost');
      atLeast(loss?.fromBootUs ?? Number.NaN, exactUs - 100_000, 'when they began to be lost');
    } finally {
      uncounted.close();
    }
  });

  it('are not told apart from those that a ring counted as lost', async () => {
    const { losses, again } = await foundAfterConnections(true);
    equal(losses.length + again.length, 0);
  });
});
