/** A recorder in a time namespace, whose clocks do not show the time of the events. */
import { deepEqual, equal } from 'node:assert/strict';
import { join } from 'node:path';
import { execa } from 'execa';
import { CHURN, churnedTransitions, recordedTransitions } from '../lab/churn.js';
import { within } from '../lab/number-assertions.js';
import { missing, requireBpf } from '../lab/privileges.js';
import { numberOf, query, Recorder } from '../lab/sstory.js';
import { Stage } from '../lab/stage.js';

const IN_NAMESPACE = ['unshare', ['--time', '--boottime', '100000']] as const;

describe('a recorder in a time namespace', function () {
  this.timeout(60_000);
  const stage = new Stage();
  before(async function () {
    requireBpf(this);
    const [file, args] = IN_NAMESPACE;
    const { exitCode } = await execa(file, [...args, 'true'], { reject: false });
    if (exitCode !== 0) missing(this, 'needs time namespaces');
  });
  after(() => stage[Symbol.asyncDispose]());

  it('records events at their time', async () => {
    const path = join(await stage.directory(), 'a.db');
    const place = await stage.netns();
    const recorder = stage.use(await Recorder.startUnder(IN_NAMESPACE, path, '--source', 'bpf', '--no-names'));
    const fromUs = Date.now() * 1_000;
    await place.run(CHURN, '100');
    const { exitCode, stderr } = await recorder.stop();
    equal(exitCode, 0, stderr);
    const lost = numberOf(path, "SELECT coalesce(sum(lost), 0) FROM gaps WHERE scope = 'transitions'");
    within(churnedTransitions(100) - recordedTransitions(path, place.inode), 0, lost, 'transitions missing');
    const other = `SELECT count(*) FROM connections WHERE netns = ? AND opened_us NOT BETWEEN ${fromUs} AND ${Date.now() * 1_000}`;
    equal(numberOf(path, other, place.inode), 0);
    deepEqual(query(path, "SELECT * FROM gaps WHERE lost IS NULL AND scope = 'transitions'"), []);
  });
});
