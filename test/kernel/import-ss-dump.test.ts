/** Files that the installed ss writes with -D, as the history that they make. */
import { deepEqual, equal, match } from 'node:assert/strict';
import { closeSync, openSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Actor } from '../lab/actor.js';
import type { Netns } from '../lab/netns.js';
import { requireRoot } from '../lab/privileges.js';
import { query, Recorder, sstory } from '../lab/sstory.js';
import { Stage } from '../lab/stage.js';
import { until } from '../lab/until.js';

const LOOPBACK = '127.0.0.1';

describe('what ss -D writes', () => {
  let stage: Stage;
  let netns: Netns;
  let server: Actor;
  let client: Actor;
  let directory: string;
  before(async function () {
    requireRoot(this);
    stage = new Stage();
    netns = await stage.netns();
    server = await stage.actor('server', netns);
    client = await stage.actor('client', netns);
    directory = await stage.directory();
  });
  after(() => stage?.[Symbol.asyncDispose]());

  /** What ss shows, and the dump of the same sockets. */
  async function dump(name: string): Promise<{ file: string; shown: string[] }> {
    const file = join(directory, name);
    const lines = (await netns.run('ss', '-tanH')).split('\n').map(columns).sort();
    await netns.run('ss', '-taiemn', '-D', file);
    return { file, shown: lines };
  }

  /** State, both queues, both ends. */
  const columns = (line: string) => line.split(/\s+/).slice(0, 5).join(' ');

  it('is the table that ss shows, at each of their times, and a history between them', async () => {
    const { listener, port } = await server.listenAt(LOOPBACK);
    await server.listen(await server.socket(6));
    const fd = await client.socket();
    const { localPort } = await client.connect(fd, LOOPBACK, port);
    const accepted = (await server.accept(listener)).fd;
    const dumps = [await dump('one')];
    await client.close(fd);
    await until('CLOSE-WAIT', async () => (await netns.states(`sport = :${port}`)).includes('CLOSE-WAIT'));
    dumps.push(await dump('two'));
    await server.close(accepted);
    await until('TIME-WAIT', async () => (await netns.states()).includes('TIME-WAIT'));
    dumps.push(await dump('three'));

    const db = join(directory, 'history.db');
    const outcome = await sstory('import', '--ss-dump', ...dumps.map(({ file }) => file), '--db', db);
    equal(outcome.exitCode, 0, outcome.stderr);
    equal(outcome.stdout, '');
    for (const { file, shown } of dumps) {
      const at = `@${Number(statSync(file, { bigint: true }).mtimeNs / 1000n) / 1e6}`;
      const listing = await sstory('ss', '-tanH', '--at', at, '--db', db);
      const lines = listing.stdout.split('\n').filter((line) => line !== '');
      deepEqual(lines.map(withoutQueuesOfTimeWait).sort(), shown.map(withoutQueuesOfTimeWait), listing.stderr);
    }
    const states = query<{ new_state: string }>(
      db,
      `SELECT new_state FROM transitions JOIN connections ON id = connection_id
       WHERE local_port = ? AND remote_port = ? ORDER BY at_us`,
      localPort,
      port,
    );
    deepEqual(
      states.map((row) => row.new_state),
      ['ESTAB', 'FIN-WAIT-2', 'TIME-WAIT'],
    );
    match((await sstory('log', '--db', db, 'sport', `:${port}`)).stdout, /CLOSE-WAIT -> UNCONN .*~snapshot within/);
  });

  /** A TIME-WAIT has no queues; the history shows what was sampled last, or `-`. */
  function withoutQueuesOfTimeWait(line: string): string {
    const [state, recvQ, sendQ, local, remote] = line.split(/\s+/);
    return state === 'TIME-WAIT' ? [state, local, remote].join(' ') : [state, recvQ, sendQ, local, remote].join(' ');
  }

  it('is refused where it is cut off, and changes nothing', async () => {
    const { file } = await dump('whole');
    const bytes = readFileSync(file);
    const db = join(directory, 'none.db');
    for (const length of [bytes.length - 1, bytes.length >> 1, 100, 0]) {
      const cut = join(directory, 'cut');
      writeFileSync(cut, bytes.subarray(0, length));
      const outcome = await sstory('import', `--ss-dump=${cut}`, '--db', db);
      equal(outcome.exitCode, 1);
      match(outcome.stderr, /^sstory: .*cut: not a sock_diag dump of TCP sockets: .*\n {2}ss -D FILE writes one$/);
      equal(statSync(db, { throwIfNoEntry: false }), undefined);
    }
  });

  it('is not imported into a database that is being recorded into', async () => {
    const { file } = await dump('late');
    const db = join(directory, 'recorded.db');
    closeSync(openSync(db, 'w', 0o600));
    await using recorder = await Recorder.start(db, '--source', 'diag', '--netns', 'self');
    const outcome = await sstory('import', '--ss-dump', file, '--db', recorder.path);
    equal(outcome.exitCode, 1);
    match(outcome.stderr, /recorded\.db is being recorded into by sstory\[\d+\]/);
  });
});
