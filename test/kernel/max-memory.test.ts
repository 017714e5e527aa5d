/** A recorder that may use less memory than it needs. */
import { deepEqual, equal, match } from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CHURN, churnedTransitions, recordedTransitions } from '../lab/churn.js';
import { descriptorsOf } from '../lab/descriptors.js';
import { within } from '../lab/number-assertions.js';
import { requireBpf, requireDisk } from '../lab/privileges.js';
import { watchPeak } from '../lab/process-memory.js';
import { numberOf, query, Recorder, sstory } from '../lab/sstory.js';
import { Stage } from '../lab/stage.js';
import { STORM } from '../lab/storm.js';
import { deadlineMs, until } from '../lab/until.js';

interface GapRow {
  readonly scope: string;
  readonly reason: string;
  readonly us: number;
}

/** The default. This load uses up to 430 MB; what is given up where a limit is not enough is in the test before. */
const STORM_LIMIT_MB = 512;
/** On a slow host most of the load waits in memory at the end. */
const CATCH_UP_MS = 60_000;

describe('sstory record --max-memory', function () {
  this.timeout(120_000);
  let stage: Stage;
  before(function () {
    requireBpf(this);
    stage = new Stage();
  });
  after(() => stage?.[Symbol.asyncDispose]());

  const gapsOf = (path: string) =>
    query<GapRow>(
      path,
      "SELECT scope, reason, to_us - from_us AS us FROM gaps WHERE scope <> 'transitions' ORDER BY scope DESC",
    );

  it('gives up samples and names as gaps of their scope, and keeps the transitions', async () => {
    const path = join(await stage.directory(), 'a.db');
    const place = await stage.netns();
    const recorder = stage.use(await Recorder.start(path, '--source', 'bpf', '--max-memory', '50MB'));
    await until('all to be given up', () => /names are not recorded$/m.test(recorder.said));
    match(recorder.said, /memory: \d+ MB of 50 MB in use \(--max-memory\): samples of sockets are not recorded/);
    const connections = 500;
    await place.run(CHURN, String(connections));
    // Both rows are there before the end: a recorder that is killed leaves them.
    await until('gaps', () => gapsOf(path).length === 2);
    const samples = numberOf(path, 'SELECT count(*) FROM samples');
    const snapshots = () => numberOf(path, 'SELECT count(*) FROM snapshots WHERE netns = ?', place.inode);
    await until('a snapshot', () => snapshots() > 0);
    const { exitCode, stderr } = await recorder.stop();
    equal(exitCode, 0, stderr);
    equal(numberOf(path, 'SELECT count(*) FROM samples'), samples);
    const lost = numberOf(path, "SELECT sum(coalesce(lost, 1)) FROM gaps WHERE scope = 'transitions'");
    within(churnedTransitions(connections) - recordedTransitions(path, place.inode), 0, lost, 'transitions missing');
    const gaps = gapsOf(path);
    deepEqual(
      gaps.map(({ scope, reason }) => [scope, reason]),
      [
        ['samples', 'memory'],
        ['names', 'memory'],
      ],
    );
    const [run] = query<{ started: number; ended: number }>(
      path,
      'SELECT started_us AS started, ended_us AS ended FROM runs',
    );
    for (const { us } of gaps) within(us, 1, (run?.ended ?? 0) - (run?.started ?? 0), 'microseconds of a gap');
    equal((await sstory('check', '--db', path)).exitCode, 0);
  });

  it('stays near its limit, up to its end, while a load saturates the host that has many TIME-WAITs', async () => {
    const path = join(await stage.directory(), 'a.db');
    const place = await stage.netns();
    const recorder = stage.use(await Recorder.start(path, '--source', 'bpf', '--max-memory', `${STORM_LIMIT_MB}MB`));
    const timeWaits = 20_000;
    await place.run(CHURN, String(timeWaits));
    await place.run(STORM, '4', '4');
    const { pid } = recorder;
    const watch = watchPeak(pid ?? 0);
    const { exitCode, stderr } = await recorder.stop('SIGINT', CATCH_UP_MS);
    equal(exitCode, 0, stderr);
    // Between two looks at the memory a storm fills up to a tenth more (515 to 561 MB in 3 of 7 runs).
    within(watch.peakBytes(), 1e6, STORM_LIMIT_MB * 1.15e6, 'bytes resident at most');
    equal((await sstory('check', '--db', path)).exitCode, 0);
  });

  it('has what waits behind a burst in a file, which is gone when all of it is written', async function () {
    const directory = await stage.directory(import.meta.dirname);
    requireDisk(this, directory);
    const path = join(directory, 'a.db');
    const place = await stage.netns();
    const recorder = stage.use(await Recorder.start(path, '--source', 'bpf', '--no-names', '--backlog', '32MB'));
    // It has no name any more.
    const waits = () => descriptorsOf(recorder.pid).includes(`${path}-backlog (deleted)`);
    equal(waits(), false);
    const storm = place.run(STORM, '2', '4');
    await until('the file', waits);
    deepEqual(
      readdirSync(directory).filter((name) => name.includes('backlog')),
      [],
    );
    await storm;
    await until('all to be written', () => !waits(), undefined, deadlineMs(CATCH_UP_MS));
    equal((await recorder.stop('SIGINT', CATCH_UP_MS)).exitCode, 0);
    equal((await sstory('check', '--db', path)).exitCode, 0);
  });
});
