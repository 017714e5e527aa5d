import { deepEqual, doesNotMatch, equal, match } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeOfSource, FORESEEN } from '../../src/model/stored-codes.js';
import { openForReading, openForWriting } from '../../src/store/database.js';
import { reopenUnreached } from '../../src/store/foreseen.js';
import { atLeast } from '../lab/number-assertions.js';
import { requireBpf, requireRoot } from '../lab/privileges.js';
import { query, Recorder, sstory } from '../lab/sstory.js';
import { Stage } from '../lab/stage.js';
import { until } from '../lab/until.js';
import { contentOf } from '../recording-file/generated-history.js';
import { readBack } from '../recording-file/in-memory.js';

const PORT = 9_200;
const LOCAL = '127.0.0.1';
/** By snapshots alone, and of few namespaces: quick to start. */
const BY_SNAPSHOTS = ['--source', 'diag', '--interval', '50ms', '--no-names'] as const;

function contentOfFile(path: string): Record<string, unknown[]> {
  const database = openForReading(path);
  try {
    return contentOf(database);
  } finally {
    database.close();
  }
}

describe('sstory record --tee', () => {
  const stage = new Stage();
  let directory: string;
  const path = (name: string) => join(directory, name);
  before(async function () {
    requireRoot(this);
    directory = await stage.directory();
  });
  after(() => stage[Symbol.asyncDispose]());

  it('writes a file from which sstory import makes the same history', async function () {
    requireBpf(this);
    const recorder = stage.use(await Recorder.start(path('a.db'), '--tee', path('a.sst')));
    const netns = await stage.netns();
    const [client, server] = [await stage.actor('client', netns), await stage.actor('server', netns)];
    const { listener } = await server.listenAt(LOCAL, PORT);
    const dumps = `SELECT 1 FROM snapshots WHERE netns = ${netns.inode}`;
    await until('a dump of the namespace', () => query(path('a.db'), dumps).length > 0);
    for (let round = 0; round < 3; round++) {
      const fd = await client.socket();
      await client.connect(fd, LOCAL, PORT);
      const accepted = await server.accept(listener);
      await client.close(fd);
      await server.close(accepted.fd);
    }
    const ended = `SELECT 1 FROM connections WHERE remote_port = ${PORT} AND state IN ('TIME-WAIT', 'UNCONN')`;
    await until('the connections to be recorded', () => query(path('a.db'), ended).length >= 3);
    const { exitCode, stderr } = await recorder.stop();
    equal(exitCode, 0, stderr);

    const imported = await sstory('import', path('a.sst'), '--db', path('a2.db'));
    equal(imported.exitCode, 0, imported.stderr);
    doesNotMatch(imported.stderr, /warning/);
    // The import does not foresee the ends of TIME-WAITs; nor does the next run.
    const database = openForWriting(path('a.db'));
    reopenUnreached(database);
    // Those that were reached meanwhile, of other programs, are ends by their timer: to every reader they are the same.
    database
      .prepare('UPDATE socket SET closed_source = ? WHERE closed_source = ?')
      .run(codeOfSource('timer'), FORESEEN);
    database.close();
    deepEqual(contentOfFile(path('a2.db')), contentOfFile(path('a.db')));
  });

  it('begins with what was open before, where a database is continued', async () => {
    const netns = await stage.netns();
    const server = await stage.actor('server', netns);
    await server.listenAt(LOCAL, PORT);
    const listeners = `SELECT id, opened_us FROM connections WHERE netns = ${netns.inode} AND state = 'LISTEN'`;
    const first = stage.use(await Recorder.start(path('b.db'), ...BY_SNAPSHOTS));
    await until('the listener to be seen', () => query(path('b.db'), listeners).length === 1);
    await first.stop();
    const second = stage.use(await Recorder.start(path('b.db'), ...BY_SNAPSHOTS, '--tee', path('b.sst')));
    await second.stop();
    equal((await sstory('import', path('b.sst'), '--db', path('b2.db'))).exitCode, 0);
    deepEqual(query(path('b2.db'), listeners), query(path('b.db'), listeners));
    const runs = 'SELECT * FROM runs ORDER BY id DESC LIMIT 1';
    deepEqual(query(path('b2.db'), runs), query(path('b.db'), runs));
    deepEqual(query(path('b2.db'), 'SELECT reason FROM gaps'), [{ reason: 'tracer' }]);
  });

  it('can be imported up to where the recorder was killed, with a warning that it is truncated', async () => {
    const recorder = stage.use(await Recorder.start(path('c.db'), ...BY_SNAPSHOTS, '--tee', path('c.sst')));
    await until('a snapshot in the file', async () => {
      const read = await readBack(readFileSync(path('c.sst'))).catch(() => undefined);
      return read?.blocks.some(({ rows }) => rows.snapshot.length > 0);
    });
    await recorder.kill();
    const imported = await sstory('import', path('c.sst'), '--db', path('c2.db'));
    equal(imported.exitCode, 0, imported.stderr);
    match(imported.stderr, /warning: .* is truncated at byte/);
    const gaps = query<{ from_us: number; reason: string }>(path('c2.db'), 'SELECT from_us, reason FROM gaps');
    equal(gaps.at(-1)?.reason, 'truncated');
    const [run] = query<{ ended_us: number | null; last_us: number }>(path('c2.db'), 'SELECT * FROM runs');
    equal(run?.ended_us, null);
    atLeast(query(path('c2.db'), 'SELECT * FROM snapshots').length, 1, 'snapshots');
  });

  it('goes on recording where the file cannot be written, and says so', async () => {
    const recorder = stage.use(await Recorder.start(path('d.db'), ...BY_SNAPSHOTS, '--tee', '/dev/full'));
    const { exitCode, stderr } = await recorder.stop();
    equal(exitCode, 0, stderr);
    match(stderr, /--tee \/dev\/full: writing stopped: ENOSPC.*; the database is not affected/);
    deepEqual(query(path('d.db'), 'SELECT "end" FROM runs'), [{ end: 'clean' }]);
  });

  it('refuses a file that exists, and one that cannot be created', async () => {
    const there = await sstory('record', '--db', path('e.db'), ...BY_SNAPSHOTS, '--tee', path('b.sst'));
    equal(there.exitCode, 1);
    match(there.stderr, /--tee .*: the file exists and is not empty\n {2}move it away/);
    const nowhere = await sstory('record', '--db', path('e.db'), ...BY_SNAPSHOTS, '--tee', path('no/file'));
    equal(nowhere.exitCode, 2);
    match(nowhere.stderr, /--tee .*: there is no directory .*\/no$/m);
  });
});
