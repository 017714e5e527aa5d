import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Actor } from '../lab/actor.js';
import { requireRoot } from '../lab/privileges.js';
import { Recorder, sstory } from '../lab/sstory.js';
import { Stage } from '../lab/stage.js';

interface Found {
  readonly type: string;
  readonly matched_for_us: number;
  readonly state: string;
  readonly local_port: number;
  readonly connection_id: number | null;
  readonly owners: readonly { readonly comm: string }[];
}

describe('sstory wait and status', () => {
  const stage = new Stage();
  let directory: string;
  let db: string;
  let actor: Actor;
  let recorder: Recorder;

  before(async function () {
    requireRoot(this);
    directory = await stage.directory();
    db = join(directory, 'history.db');
    recorder = stage.use(await Recorder.start(db, '--source', 'diag', '--interval', '100ms'));
    actor = await stage.actor('waited-for', await stage.netns());
  });
  after(() => stage[Symbol.asyncDispose]());

  const listener = (port: number) => ['state', 'listening', 'sport', '=', `:${port}`];
  const wait = (port: number, ...options: string[]) =>
    sstory('wait', ...listener(port), '--timeout', '50s', '--json', ...options);
  const factsOf = (text: string) => {
    const { type, state, local_port, owners } = JSON.parse(text) as Found;
    return [type, state, local_port, owners.map(({ comm }) => comm)];
  };

  it('status is OK while a recorder runs', async () => {
    const { exitCode, stdout, stderr } = await sstory('status', '--max-lag', '1min', '--db', db);
    deepEqual({ exitCode, stderr }, { exitCode: 0, stderr: '' });
    match(stdout, new RegExp(`^OK: sstory\\[${recorder.pid}\\] on \\S+ has recorded into .* no events lost`));
  });

  it('waits for a connection, prints it, and passes it to a command', async () => {
    const file = join(directory, 'found.json');
    const waiting = wait(7431, '--db', db, '--exec', `cat > ${file}`);
    await actor.listenAt('127.0.0.1', 7431);
    const { exitCode, stdout, stderr } = await waiting;
    deepEqual({ exitCode, stderr }, { exitCode: 0, stderr: '' });
    deepEqual(factsOf(stdout), ['match', 'LISTEN', 7431, ['waited-for']]);
    ok((JSON.parse(stdout) as Found).connection_id !== null);
    equal(readFileSync(file, 'utf8').trim(), stdout);
  });

  it('exits 3 where none comes in time, 1 where the command fails', async () => {
    const none = await sstory('wait', ...listener(7432), '--timeout', '0s', '--db', db);
    deepEqual([none.exitCode, none.stdout], [3, '']);
    match(none.stderr, /^sstory: no connection matched within 0us$/m);
    const failed = await wait(7431, '--db', db, '--exec', 'exit 7');
    equal(failed.exitCode, 1);
    match(failed.stderr, /--exec: the command exited with 7/);
  });

  it('goes on with snapshots of its own when the recorder ends', async () => {
    const waiting = wait(7433, '--db', db);
    await recorder.stop();
    await actor.listenAt('127.0.0.1', 7433);
    const { exitCode, stdout, stderr } = await waiting;
    equal(exitCode, 0, stderr);
    match(stderr, /(nothing is recorded any more|no recorder is running).*Two snapshots a second are taken instead/);
    deepEqual(factsOf(stdout), ['match', 'LISTEN', 7433, ['waited-for']]);
  });

  it('waits without a recorder until one has matched for long enough', async () => {
    const { exitCode, stdout, stderr } = await wait(7431, '--db', db, '--for', '400ms');
    equal(exitCode, 0, stderr);
    const { matched_for_us, connection_id } = JSON.parse(stdout) as Found;
    deepEqual([connection_id, matched_for_us >= 400_000], [null, true]);
    const repeated = await sstory('wait', ...listener(7431), '--repeat', '--timeout', '600ms', '--db', db);
    equal(repeated.exitCode, 0);
    match(repeated.stdout, /^\S+ \S+ {2}127\.0\.0\.1:7431 > \S+ {2}LISTEN {2}waited-for\[\d+\] {2}netns \S+$/);
  });
});
