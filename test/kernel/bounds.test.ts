import { deepEqual, equal, match } from 'node:assert/strict';
import { join } from 'node:path';
import { Database } from '../../src/store/sqlite.js';
import { CHURN } from '../lab/churn.js';
import type { Netns } from '../lab/netns.js';
import { atLeast } from '../lab/number-assertions.js';
import { requireBpf } from '../lab/privileges.js';
import { numberOf, query, Recorder, sstory } from '../lab/sstory.js';
import { Stage } from '../lab/stage.js';
import { until } from '../lab/until.js';

const CONNECTIONS = 5_000;
/** Their halves in TIME-WAIT are open, and stay: they take about 1 MB. Other work on this host may add as much. */
const MOST_BYTES = 1_400_000;

const prunedOf = (path: string) => numberOf(path, 'SELECT sum(connections) FROM prunings');

/** Gaps that the recorder may have caused: the kernel itself skips an event now and then (`continuity`). */
const gapsOf = (path: string) => query(path, "SELECT * FROM gaps WHERE reason <> 'continuity' AND lost IS NOT NULL");

const closedOf = (path: string) => numberOf(path, 'SELECT count(*) FROM connections WHERE closed_us IS NOT NULL');

const openOf = (path: string, netns: Netns) =>
  numberOf(path, 'SELECT count(*) FROM connections WHERE closed_us IS NULL AND netns = ?', netns.inode);

/** Waits until the halves that stay in TIME-WAIT are in the file: the others closed before them. */
async function writtenAll(path: string, netns: Netns): Promise<void> {
  await until(
    'the connections to be written',
    () => openOf(path, netns) >= CONNECTIONS * 0.99,
    () => `${openOf(path, netns)} are`,
  );
}

function bytesOf(path: string): number {
  const database = new Database(path, { readonly: true });
  try {
    return Number(database.pragma('page_count', { simple: true })) * 4_096;
  } finally {
    database.close();
  }
}

describe('a recording within bounds', () => {
  const stage = new Stage();
  let directory: string;
  before(async function () {
    requireBpf(this);
    directory = await stage.directory();
  });
  after(() => stage[Symbol.asyncDispose]());

  it('deletes closed connections while it records, without a gap, and keeps the open ones', async () => {
    const path = join(directory, 'retain.db');
    const netns = await stage.netns();
    const actor = await stage.actor('worker', netns);
    const recorder = stage.use(
      await Recorder.start(path, '--source', 'bpf', '--netns', 'self', '--no-names', '--retain', '1s'),
    );
    const { port } = await actor.listenAt('127.0.0.1');
    await actor.connect(await actor.socket(), '127.0.0.1', port);
    await netns.run(CHURN, String(CONNECTIONS));
    await writtenAll(path, netns);
    await until(
      'the closed halves to be pruned',
      () => prunedOf(path) >= CONNECTIONS * 0.99,
      () => `pruned: ${prunedOf(path)}`,
    );
    equal((await recorder.stop()).exitCode, 0);
    deepEqual(gapsOf(path), []);
    const open = query<{ state: string; count: number }>(
      path,
      `SELECT c.state, count(*) AS count FROM connections c JOIN transitions t ON t.connection_id = c.id
       WHERE c.netns = ? AND ? IN (c.local_port, c.remote_port) GROUP BY c.id ORDER BY c.id`,
      netns.inode,
      port,
    );
    deepEqual(open, [
      { state: 'LISTEN', count: 1 },
      { state: 'ESTAB', count: 2 },
      { state: 'ESTAB', count: 2 },
    ]);
    const checked = await sstory('check', '--db', path);
    equal(checked.exitCode, 0, checked.stdout);
    const { stderr } = await sstory('log', '--db', path, '--since', 'start', '--until', 'start+1s', `sport = :${port}`);
    match(stderr, /pruned: connections that closed up to/);
  });

  it('keeps the file as small as --max-size says', async () => {
    const path = join(directory, 'size.db');
    const netns = await stage.netns();
    const recorder = stage.use(
      await Recorder.start(path, '--source', 'bpf', '--netns', 'self', '--no-names', '--max-size', String(MOST_BYTES)),
    );
    await netns.run(CHURN, String(CONNECTIONS));
    await writtenAll(path, netns);
    await until(
      'the file to be small enough',
      () => prunedOf(path) > 0 && (bytesOf(path) <= MOST_BYTES || closedOf(path) === 0),
      () => `${bytesOf(path)} bytes, pruned: ${prunedOf(path)}`,
    );
    equal((await recorder.stop()).exitCode, 0);
    deepEqual(gapsOf(path), []);
    atLeast(openOf(path, netns), CONNECTIONS * 0.99, 'halves in TIME-WAIT that are left');
  });
});
