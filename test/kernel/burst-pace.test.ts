import { equal } from 'node:assert/strict';
import { join } from 'node:path';
import { requireBpf } from '../lab/privileges.js';
import { threadRunTimeMs } from '../lab/run-time.js';
import { Recorder } from '../lab/sstory.js';
import { Stage } from '../lab/stage.js';
import { STORM, STORM_LISTENERS } from '../lab/storm.js';
import { deadlineMs, until } from '../lab/until.js';

/** What the load has left to be processed: on a slow host most of it. */
const CATCH_UP_MS = 60_000;
const SECOND_MS = 1_000;

describe('sstory record in a burst', function () {
  this.timeout(120_000);

  it('leaves the CPUs to the load of another session', async function () {
    requireBpf(this);
    await using stage = new Stage();
    const path = join(await stage.directory(), 'a.db');
    const place = await stage.netns();
    const recorder = stage.use(await Recorder.startUnder(['setsid', []], path, '--source', 'bpf', '--no-names'));
    const { pid = 0 } = recorder;
    const storm = place.run(STORM, '6', String(STORM_LISTENERS));
    let ended = false;
    void storm.finally(() => {
      ended = true;
    });
    await until(
      'work',
      watchShare(pid, 200, (share) => share > 0.2),
    );
    await until(
      'a second with little work',
      watchShare(pid, SECOND_MS, (share) => share < 0.2 || ended),
    );
    equal(ended, false);
    await storm;
    equal((await recorder.stop('SIGINT', deadlineMs(CATCH_UP_MS))).exitCode, 0);
  });
});

/** A condition: the main thread of a process took such a share of a CPU in the last so many milliseconds. */
function watchShare(pid: number, ms: number, is: (share: number) => boolean): () => boolean {
  const looks: { readonly atMs: number; readonly cpuMs: number }[] = [];
  return () => {
    const now = { atMs: performance.now(), cpuMs: threadRunTimeMs(pid, pid) };
    looks.push(now);
    const then = looks.findLast(({ atMs }) => now.atMs - atMs >= ms);
    return then !== undefined && is((now.cpuMs - then.cpuMs) / (now.atMs - then.atMs));
  };
}
