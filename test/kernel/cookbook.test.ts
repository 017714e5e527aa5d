import { deepEqual, ok } from 'node:assert/strict';
import { join } from 'node:path';
import { answerOfSqlite, type Row, Sstory } from '../docs/answers.js';
import { recipe, recipes } from '../docs/cookbook.js';
import { requireBpf } from '../lab/privileges.js';
import { query, Recorder } from '../lab/sstory.js';
import { Stage } from '../lab/stage.js';
import { until } from '../lab/until.js';
import { Venue } from './scenarios/venue.js';

/** While a recorder runs: a client that closes first, a server that forgets to, a connect that is refused. */
describe('the cookbook on a recording', () => {
  const stage = new Stage();
  let path: string;
  let sstory: Sstory;
  let clientPid: number;
  let serverPid: number;
  let recorder: Recorder;

  before(async function () {
    requireBpf(this);
    this.timeout(60_000);
    path = join(await stage.directory(), 'cookbook.db');
    recorder = stage.use(await Recorder.start(path, '--interval', '200ms'));
    const venue = await Venue.open(stage);
    clientPid = venue.client.pid;
    serverPid = venue.server.pid;
    const pair = await venue.pair();
    await venue.client.send(pair.clientFd, 100);
    await venue.server.receive(pair.serverFd);
    await venue.client.shutdown(pair.clientFd);
    await venue.server.receive(pair.serverFd);
    await venue.pair();
    const refused = await venue.client.socket();
    await venue.client.connect(refused, '127.0.0.1', 9);
    await until('the last connect to be recorded', () => {
      const sql = "SELECT 1 FROM connections WHERE netns = ? AND close_reason = 'refused'";
      return query(path, sql, venue.netns.inode).length > 0;
    });
    await until('the connections to be recorded', () => {
      return (
        query(path, "SELECT 1 FROM connections WHERE netns = ? AND state = 'CLOSE-WAIT'", venue.netns.inode).length > 0
      );
    });
    sstory = new Sstory(path);
  });
  after(async () => {
    sstory?.[Symbol.dispose]();
    await stage[Symbol.asyncDispose]();
  });

  for (const { question, query: sql, sstoryOnly } of recipes()) {
    it(`runs while it is recorded into: ${question}`, async () => {
      await sstory.rows(sql, Date.now() * 1_000);
      if (!sstoryOnly) await answerOfSqlite(path, sql);
    });
  }

  /** Of an answer, the rows of the test's own processes, as far as named. */
  const own = async (start: string, keys: readonly string[], isOwn: (row: Row) => boolean): Promise<Row[]> => {
    const rows = await answerOfSqlite(path, recipe(start).query.replace(/LIMIT \d+/, ''));
    return rows.filter(isOwn).map((row) => Object.fromEntries(keys.map((key) => [key, row[key] ?? null])));
  };

  it('finds the server that forgot to close', async () => {
    const found = await own('Who held CLOSE-WAIT longest?', ['comm', 'still'], ({ pid }) => pid === serverPid);
    deepEqual(found, [{ comm: 'server', still: 1 }]);
  });

  it('finds who listens', async () => {
    const found = await own('Who listens where', ['comm', 'local_addr'], ({ pid }) => pid === serverPid);
    deepEqual(found, [{ comm: 'server', local_addr: '127.0.0.1' }]);
  });

  it('finds who connects', async () => {
    const found = await own('Who connects where', ['comm', 'connects', 'remote_port'], ({ pid }) => pid === clientPid);
    deepEqual(
      found.map(({ connects }) => connects),
      [2, 1],
    );
    ok(
      found.some(({ remote_port }) => remote_port === 9),
      JSON.stringify(found),
    );
  });

  it('ends cleanly while others read', async () => {
    const { exitCode } = await recorder.stop();
    deepEqual([exitCode, query(path, 'SELECT end FROM runs')], [0, [{ end: 'clean' }]]);
  });
});
