import { equal } from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { holdsAny } from '../../src/sys/capabilities.js';
import { missing, requireBpf } from '../lab/privileges.js';
import { Recorder } from '../lab/sstory.js';
import { Stage } from '../lab/stage.js';

const niceOf = (pid: number | undefined) => /nice (-?\d+)/.exec(readFileSync(`/proc/${pid}/autogroup`, 'utf8'))?.[1];

describe('the session of a recorder', function () {
  this.timeout(60_000);

  before(function () {
    requireBpf(this);
    if (!holdsAny('CAP_SYS_NICE')) missing(this, 'needs CAP_SYS_NICE');
    if (!existsSync('/proc/self/autogroup')) missing(this, 'needs CONFIG_SCHED_AUTOGROUP');
  });

  it('goes first where it is its own', async () => {
    await using stage = new Stage();
    const path = join(await stage.directory(), 'a.db');
    const recorder = stage.use(await Recorder.startUnder(['setsid', []], path, '--no-names'));
    equal(niceOf(recorder.pid), '-10');
  });

  it('stays as it is where others are in it', async () => {
    await using stage = new Stage();
    const path = join(await stage.directory(), 'a.db');
    const before = niceOf(process.pid);
    const recorder = stage.use(await Recorder.start(path, '--no-names'));
    equal(niceOf(recorder.pid), before);
  });
});
