import { deepEqual, doesNotMatch, equal, match, ok } from 'node:assert/strict';
import { join } from 'node:path';
import { bpfIdsOf, openById } from '../../src/sys/bpf.js';
import { closeDescriptor } from '../../src/sys/libc.js';
import { Actor } from '../lab/actor.js';
import { Netns } from '../lab/netns.js';

import { requireBpf } from '../lab/privileges.js';
import { ManagedRecorder } from '../lab/service-manager.js';
import { query } from '../lab/sstory.js';
import { Stage } from '../lab/stage.js';
import { until } from '../lab/until.js';

const GOES_ON = /the programs that the recorder before attached go on/;

describe('a recorder that a service manager restarts', () => {
  const stage = new Stage();
  let actor: Actor;
  let db: string;
  let recorder: ManagedRecorder;
  before(async function () {
    requireBpf(this);
    const directory = await stage.directory();
    db = join(directory, 'restart.db');
    actor = stage.use(await Actor.start('restart', stage.use(await Netns.create())));
    recorder = new ManagedRecorder(join(directory, 'notify'), ['--db', db]);
    ok((await recorder.next('ready')) > 10);
  });
  after(async () => {
    await recorder?.[Symbol.asyncDispose]();
    await stage[Symbol.asyncDispose]();
  });

  /** One connection, whose states are recorded as they happened. */
  async function isRecorded(): Promise<void> {
    const { listener, port } = await actor.listenAt('127.0.0.1');
    const client = await actor.socket();
    await actor.connect(client, '127.0.0.1', port);
    const { fd } = await actor.accept(listener);
    for (const each of [client, fd, listener]) await actor.close(each);
    await until('the connection', () => statesOf(port).length >= 3);
    const states = statesOf(port);
    deepEqual(states.slice(0, 3), ['SYN-SENT probe', 'ESTAB probe', 'FIN-WAIT-1 probe']);
  }

  function statesOf(port: number): string[] {
    return query<{ step: string }>(
      db,
      `SELECT new_state || ' ' || t.source AS step FROM transitions t JOIN connections c ON c.id = t.connection_id
         WHERE c.remote_port = ? ORDER BY t.at_us`,
      port,
    ).map(({ step }) => step);
  }

  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    it(`after ${signal} reads the programs of the one before, and starts no bpftrace`, async () => {
      recorder.said = '';
      const connecting = new AbortController();
      const connected = connectUntil(connecting.signal);
      ok((await recorder.restart(signal)) > 10);
      connecting.abort();
      ok((await connected) > 10);
      match(recorder.said, GOES_ON);
      await isRecorded();
    });
  }

  /** Connects to a port without a listener again and again. @returns how often */
  async function connectUntil(signal: AbortSignal): Promise<number> {
    let times = 0;
    for (; !signal.aborted; times++) {
      const client = await actor.socket();
      await actor.connect(client, '127.0.0.1', 1).catch(() => undefined);
      await actor.close(client);
    }
    return times;
  }

  it('has a gap for each restart: nothing in it is recorded once the recorder has ended', () => {
    const gaps = query<{ lost: number | null; toUs: number }>(
      db,
      "SELECT lost, to_us AS toUs FROM gaps WHERE reason = 'tracer' ORDER BY to_us",
    );
    equal(gaps.length, 2);
    for (const [index, { lost, toUs }] of gaps.entries()) {
      equal(lost, null);
      const between = [recorder.endedUs[index], toUs];
      deepEqual(query(db, 'SELECT * FROM transitions WHERE at_us > ? AND at_us < ?', ...between), []);
    }
  });

  it('attaches its own where it is asked for other rings, and the programs before are gone', async () => {
    const programs = bpfIdsOf(recorderPid(), 'prog');
    ok(programs.length > 5);
    recorder.said = '';
    await recorder.restart('SIGTERM', '--ring-size', '1M');
    doesNotMatch(recorder.said, GOES_ON);
    match(recorder.said, /not used: this recorder has others, or other rings/);
    await until('the programs to be gone', () => !programs.some(isLoaded));
    await isRecorded();
  });

  it('does so in a PID namespace too, where it has another pid than the programs report', async () => {
    const directory = await stage.directory();
    const args = ['--db', join(directory, 'inner.db')];
    const unshare = ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child'];
    const inner = new ManagedRecorder(join(directory, 'notify'), args, unshare);
    await using _inner = inner;
    await inner.next('ready');
    await inner.restart('SIGTERM');
    match(inner.said, GOES_ON);
  });

  function recorderPid(): number {
    const [run] = query<{ pid: number }>(db, 'SELECT pid FROM runs ORDER BY id DESC LIMIT 1');
    equal(typeof run?.pid, 'number');
    return run?.pid ?? 0;
  }
});

function isLoaded(id: number): boolean {
  const fd = openById(id, 'prog');
  if (fd !== undefined) closeDescriptor(fd);
  return fd !== undefined;
}
