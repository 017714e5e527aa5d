import { deepEqual, equal, ok } from 'node:assert/strict';
import { join } from 'node:path';
import { execa } from 'execa';
import { requireBpf } from '../lab/privileges.js';
import { numberOf, query, Recorder, sstory } from '../lab/sstory.js';
import { Stage } from '../lab/stage.js';
import { until } from '../lab/until.js';

describe('a TIME-WAIT of the kernel, written once', () => {
  const stage = new Stage();
  before(function () {
    requireBpf(this);
  });
  after(() => stage[Symbol.asyncDispose]());

  it('is shown in TIME-WAIT by the stock sqlite3 after kill -9, and goes on in the next run', async () => {
    const path = join(await stage.directory(), 'history.db');
    const netns = await stage.netns();
    const actor = await stage.actor('worker', netns);
    const start = () => Recorder.start(path, '--source', 'bpf', '--no-names');
    const recorder = stage.use(await start());
    const dumps = () => numberOf(path, 'SELECT count(*) FROM snapshots WHERE netns = ?', netns.inode);
    await until('it to be known how often dumps come', () => dumps() >= 3);
    const { listener, port } = await actor.listenAt('127.0.0.1');
    const client = await actor.socket();
    await actor.connect(client, '127.0.0.1', port);
    const { fd } = await actor.accept(listener);
    // Closed at once, it might be an orphan in FIN-WAIT-2, which turns into TIME-WAIT without a trace.
    await actor.shutdown(client);
    await actor.close(fd);
    await actor.close(client);
    const foreseen = `SELECT count(*) FROM socket WHERE closed_source = 3 AND remote_port = ${port}`;
    await until('its end to be written', () => numberOf(path, foreseen) === 1);
    await recorder.kill();

    const shown = async (sql: string) => (await execa('sqlite3', ['-readonly', path, sql])).stdout;
    const one = `WHERE remote_port = ${port}`;
    equal(
      await shown(`SELECT state, closed_us, closed_source, closed_not_before_us FROM connections ${one}`),
      'TIME-WAIT|||',
    );
    equal(
      await shown(
        `SELECT t.new_state FROM transitions t JOIN connections c ON c.id = t.connection_id ${one} ORDER BY t.at_us DESC LIMIT 1`,
      ),
      'TIME-WAIT',
    );
    equal(await shown(`SELECT to_us FROM owners o JOIN connections c ON c.id = o.connection_id ${one}`), '');
    const { stdout } = await sstory('ss', '-Htan', '--at', 'end', '-N', 'all', '--db', path, 'state', 'time-wait');
    ok(stdout.includes(`127.0.0.1:${port}`), stdout);

    const lastUs = numberOf(path, 'SELECT max(last_us) FROM runs');
    const next = stage.use(await start());
    await until('the next dump', () => numberOf(path, 'SELECT count(*) FROM snapshots WHERE at_us > ?', lastUs) >= 2);
    await next.stop();
    // Its timer has most of a minute left.
    deepEqual(query(path, `SELECT state, closed_us, origin FROM connections ${one} AND state = 'TIME-WAIT'`), [
      { state: 'TIME-WAIT', closed_us: null, origin: 'connect' },
    ]);
    const { exitCode, stdout: found } = await sstory('check', '--db', path);
    equal(exitCode, 0, found);
  });
});
