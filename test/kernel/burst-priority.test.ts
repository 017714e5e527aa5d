import { equal } from 'node:assert/strict';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { holdsAny } from '../../src/sys/capabilities.js';
import { missing, requireBpf } from '../lab/privileges.js';
import { Recorder } from '../lab/sstory.js';
import { Stage } from '../lab/stage.js';
import { STORM } from '../lab/storm.js';
import { deadlineMs, until } from '../lab/until.js';

/** What the load has left to be processed: on a slow host most of it. */
const CATCH_UP_MS = 60_000;

describe('sstory record in a burst', function () {
  this.timeout(120_000);

  it('lets the load go first, and has its ordinary priority again after it', async function () {
    requireBpf(this);
    if (!holdsAny('CAP_SYS_NICE')) missing(this, 'needs CAP_SYS_NICE');
    await using stage = new Stage();
    const path = join(await stage.directory(), 'a.db');
    const place = await stage.netns();
    const recorder = stage.use(await Recorder.start(path, '--source', 'bpf', '--no-names'));
    const { pid = 0 } = recorder;
    const ordinary = getPriority(pid);
    const storm = place.run(STORM, '3', '4');
    await until('a lower priority', () => getPriority(pid) === Math.min(19, ordinary + 5));
    await storm;
    await until('the ordinary priority', () => getPriority(pid) === ordinary, undefined, deadlineMs(CATCH_UP_MS));
    equal((await recorder.stop('SIGINT', CATCH_UP_MS)).exitCode, 0);
  });
});
