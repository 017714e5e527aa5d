/** A recorder that gets no CPU for a while, as on a host that swaps or is suspended by its hypervisor. */
import { equal } from 'node:assert/strict';
import { join } from 'node:path';
import { CHURN, churnedTransitions, EVENTS_A_CONNECTION, recordedTransitions } from '../lab/churn.js';
import { atLeast, within } from '../lab/number-assertions.js';
import { requireBpf } from '../lab/privileges.js';
import { numberOf, Recorder } from '../lab/sstory.js';
import { Stage } from '../lab/stage.js';

/** Their events need more than the rings of all CPUs have. */
const CONNECTIONS = 20_000;

describe('a recorder that is stopped', function () {
  this.timeout(60_000);
  let stage: Stage;
  before(function () {
    requireBpf(this);
    stage = new Stage();
  });
  after(() => stage?.[Symbol.asyncDispose]());

  it('counts what did not fit into the rings meanwhile, and goes on', async () => {
    const path = join(await stage.directory(), 'a.db');
    const place = await stage.netns();
    const recorder = stage.use(await Recorder.start(path, '--source', 'bpf', '--no-names', '--ring-size', '1MB'));
    const pid = recorder.pid ?? 0;
    process.kill(pid, 'SIGSTOP');
    await place.run(CHURN, String(CONNECTIONS));
    process.kill(pid, 'SIGCONT');
    await place.run(CHURN, '100');
    const { exitCode, stderr } = await recorder.stop();
    equal(exitCode, 0, stderr);
    const lost = numberOf(path, "SELECT sum(lost) FROM gaps WHERE scope = 'transitions'");
    const unknown = numberOf(
      path,
      "SELECT count(*) FROM gaps WHERE scope = 'transitions' AND reason <> 'clock' AND lost IS NULL",
    );
    equal(unknown, 0, 'every gap has its number');
    atLeast(lost, CONNECTIONS, 'events lost');
    const missing = churnedTransitions(CONNECTIONS + 100) - recordedTransitions(path, place.inode);
    within(missing, 1, lost, 'transitions missing');
    within(lost, 1, CONNECTIONS * EVENTS_A_CONNECTION * 2, 'events lost');
  });
});
