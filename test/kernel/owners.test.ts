/** Owners over time: what a process did with its sockets, and what the real ss shows then, against what was recorded. */
import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { join } from 'node:path';
import { requireSs } from '../conformance/real-ss.js';
import { Holder } from '../lab/holder.js';
import type { Netns } from '../lab/netns.js';
import { requireBpf } from '../lab/privileges.js';
import { query, Recorder, sstory } from '../lab/sstory.js';
import { Stage } from '../lab/stage.js';
import { until } from '../lab/until.js';

interface OwnerRow {
  readonly pid: number;
  readonly comm: string;
  readonly fd: number | null;
  readonly tid: number | null;
  readonly from_us: number;
  readonly to_us: number | null;
  readonly seen_us: number | null;
  readonly inferred: number;
}

describe('the owners of sockets', function () {
  this.timeout(90_000);
  const stage = new Stage();
  let place: Netns;
  let path = '';
  let recorder: Recorder;

  before(async function () {
    requireBpf(this);
    requireSs(this);
    place = await stage.netns();
    path = join(await stage.directory(), 'owners.db');
    recorder = stage.use(await Recorder.start(path, '--source', 'bpf', '--no-names', '--interval', '200ms'));
  });
  after(() => stage[Symbol.asyncDispose]());

  const holder = () => stage.use(Holder.start(place));
  const ownersOf = (port: number) =>
    query<OwnerRow>(
      path,
      `SELECT o.* FROM owners o JOIN connections c ON c.id = o.connection_id
       WHERE c.netns = ? AND c.local_port = ? ORDER BY o.from_us, o.pid`,
      place.inode,
      port,
    );
  const nowUs = () => Date.now() * 1000;
  /** `NAME[PID]`, as far as they hold it. */
  const holding = (port: number) =>
    ownersOf(port)
      .filter(({ to_us }) => to_us === null)
      .map(({ comm, pid }) => `${comm}[${pid}]`)
      .sort();
  /** The descriptor of a listener is known once it was looked for. */
  const isKnown = ({ fd, to_us }: OwnerRow) => fd !== null || to_us !== null;
  const usersIn = (text: string) => [...text.matchAll(/"[^"]*",pid=\d+,fd=\d+/g)].map(([user]) => user).sort();

  /** Waits for the owners, at most so many snapshots long; then `ss --at` shows what ss shows. */
  async function becomes(port: number, expected: readonly string[], snapshots?: number): Promise<void> {
    const sinceUs = nowUs();
    const dumps = 'SELECT count(*) AS n FROM snapshots WHERE netns = ? AND at_us > ?';
    await until(
      `${expected.join(' and ')} to hold port ${port}`,
      () => holding(port).join() === [...expected].sort().join() && ownersOf(port).every(isKnown),
      () => JSON.stringify(ownersOf(port)),
    );
    const [taken] = query<{ n: number }>(path, dumps, place.inode, sinceUs);
    // One more may have begun before it was looked for, and one after what was done.
    if (snapshots !== undefined) ok((taken?.n ?? 0) <= snapshots + 1, `found after ${taken?.n} snapshots`);
    const real = await place.run('ss', '-tanpH', `sport = :${port}`);
    const { stdout } = await sstory('ss', '-tanpH', '--at', 'now', '-N', 'all', '--db', path, 'sport', '=', `:${port}`);
    deepEqual(usersIn(stdout), usersIn(real));
  }

  it('are those that were forked, until they end', async () => {
    const parent = holder();
    const { port } = await parent.call('listen');
    await becomes(port, [`holder[${parent.pid}]`]);
    const fromUs = nowUs();
    const child = await parent.call('fork', 'worker');
    await becomes(port, [`holder[${parent.pid}]`, `worker[${child.pid}]`], 2);
    const forked = ownersOf(port).find(({ pid }) => pid === child.pid);
    ok((forked?.from_us ?? 0) >= fromUs - 10_000 && (forked?.from_us ?? 0) < nowUs(), 'from its fork');
    const toUs = nowUs();
    await parent.call('kill', child.pid);
    await becomes(port, [`holder[${parent.pid}]`], 2);
    // The first of its rows may have the name that it had before it was renamed.
    const ended = ownersOf(port).findLast(({ pid }) => pid === child.pid);
    ok((ended?.to_us ?? 0) >= toUs - 10_000, 'until it was killed, or later');
    ok((ended?.seen_us ?? 0) <= toUs + 10_000, 'seen last before that');
  });

  it('are the child of one that daemonizes at once', async () => {
    const starter = holder();
    const { port, pid } = await starter.call('daemonize', 'daemon');
    await starter.call('fork', 'unrelated');
    await becomes(port, [`daemon[${pid}]`], 3);
    const { stdout } = await sstory('ss', '-tanpH', '--at', 'now', '-N', 'all', '--db', path, 'comm', '=', 'daemon');
    ok(stdout.includes(`:${port} `), stdout);
    const opener = await sstory(
      'ss',
      '-tanpH',
      '--at',
      'now',
      '-N',
      'all',
      '--db',
      path,
      'pid',
      '=',
      String(starter.pid),
    );
    ok(!opener.stdout.includes(`:${port} `), opener.stdout);
    const log = await sstory('log', '--db', path, 'pid', '=', String(pid));
    ok(log.stdout.includes(`:${port} `), log.stdout);
  });

  it('are still all of them when the socket begins another connection between two snapshots', async () => {
    const parent = holder();
    const [first, second] = [await parent.call('listen'), await parent.call('listen')];
    const { port, fd } = await parent.call('connect', first.port);
    const child = await parent.call('fork', 'heir');
    await becomes(port, [`holder[${parent.pid}]`, `heir[${child.pid}]`]);
    const { port: next } = await parent.call('reconnect', fd, second.port);
    await becomes(next, [`holder[${parent.pid}]`, `heir[${child.pid}]`], 3);
  });

  it('have another name after an exec', async () => {
    const program = holder();
    const { port } = await program.call('listen');
    await becomes(port, [`holder[${program.pid}]`]);
    await program.call('exec');
    await becomes(port, [`exe[${program.pid}]`], 2);
  });

  it('are one less after one of several closed it', async () => {
    const parent = holder();
    const { port, fd } = await parent.call('listen');
    const child = await parent.call('fork', 'heir');
    await becomes(port, [`holder[${parent.pid}]`, `heir[${child.pid}]`]);
    await parent.call('close', fd);
    await becomes(port, [`heir[${child.pid}]`], 2);
  });

  it('have the descriptor that it listened with, where the process has a lower one by then', async () => {
    const program = holder();
    const lower = [await program.call('listen'), await program.call('listen')];
    const { port, fd } = await program.call('listen');
    for (const each of lower) await program.call('close', each.fd);
    const copy = await program.call('take', program.pid, fd);
    ok(copy.fd < fd);
    const name = `holder[${program.pid}]`;
    await becomes(port, [name, name]);
    const opened = query<{ fd: number }>(
      path,
      'SELECT fd FROM connections WHERE netns = ? AND local_port = ?',
      place.inode,
      port,
    );
    deepEqual(opened, [{ fd }]);
  });

  it('have another name after a change of it without exec', async () => {
    const program = holder();
    const { port } = await program.call('listen');
    await becomes(port, [`holder[${program.pid}]`]);
    await program.call('rename', 'worker');
    await becomes(port, [`worker[${program.pid}]`], 2);
    const [before, after] = ownersOf(port);
    ok((before?.seen_us ?? 0) <= (before?.to_us ?? 0), JSON.stringify(before));
    equal(after?.from_us, before?.to_us);
  });

  it('have the name that a program gives itself after its exec, and the one before', async () => {
    const program = holder();
    const { port } = await program.call('listen');
    await becomes(port, [`holder[${program.pid}]`]);
    await program.call('exec', 'named');
    await becomes(port, [`named[${program.pid}]`], 2);
    await program.call('rename', 'again');
    await becomes(port, [`again[${program.pid}]`], 2);
    deepEqual(
      ownersOf(port).map(({ comm, to_us }) => [comm, to_us === null]),
      [
        ['holder', false],
        ['named', false],
        ['again', true],
      ],
    );
  });

  it('are those after an exec by another thread, and after a chain of fork, vfork and exec', async () => {
    const program = holder();
    const { port } = await program.call('listen6');
    await becomes(port, [`holder[${program.pid}]`]);
    await program.call('thread-exec');
    await becomes(port, [`exe[${program.pid}]`], 2);
    const [forked, executed] = [await program.call('fork', 'forked'), await program.call('vfork', 'executed')];
    const all = [`exe[${program.pid}]`, `forked[${forked.pid}]`, `executed[${executed.pid}]`];
    await becomes(port, all, 2);
    for (const { pid } of [forked, executed]) await program.call('kill', pid);
    await becomes(port, all.slice(0, 1), 2);
  });

  for (const [title, command] of [
    ['dup2 over it', 'dup2'],
    ['close_range', 'close-range'],
  ] as const) {
    it(`are one less after ${title}`, async () => {
      const program = holder();
      const other = await program.call('listen');
      const { port, fd } = await program.call('listen');
      const child = await program.call('fork', 'heir');
      await becomes(port, [`holder[${program.pid}]`, `heir[${child.pid}]`]);
      await (command === 'dup2' ? program.call('dup2', other.fd, fd) : program.call('close-range', fd));
      await becomes(port, [`heir[${child.pid}]`], 2);
      const name = `holder[${program.pid}]`;
      // A second descriptor of a socket that has one is found by a search of all.
      await becomes(other.port, [name, ...(command === 'dup2' ? [name] : []), `heir[${child.pid}]`]);
    });
  }

  it('may be in another network namespace than the socket', async () => {
    const [giver, taker] = [holder(), stage.use(Holder.start(await stage.netns()))];
    const { port, fd } = await giver.call('listen6');
    await becomes(port, [`holder[${giver.pid}]`]);
    await taker.call('take', giver.pid, fd);
    await giver.call('close', fd);
    await becomes(port, [`holder[${taker.pid}]`]);
  });

  it('may be threads whose process has closed its own descriptor, or whose first thread has ended', async () => {
    const [closing, ending] = [holder(), holder()];
    const { port, fd } = await closing.call('listen');
    const { tid } = await closing.call('copy-thread');
    await becomes(port, [`holder[${closing.pid}]`]);
    await closing.call('close', fd);
    const stays = await ending.call('listen');
    await becomes(stays.port, [`holder[${ending.pid}]`]);
    await ending.call('end-first-thread');
    for (const [at, pid] of [
      [port, closing.pid],
      [stays.port, ending.pid],
    ] as const) {
      const [owner] = await until(
        `threads of ${pid} to hold port ${at}`,
        () => {
          const now = ownersOf(at).filter(({ to_us }) => to_us === null);
          return now.length === 1 && now[0]?.tid !== null && now;
        },
        () => JSON.stringify(ownersOf(at)),
      );
      equal(owner?.pid, pid);
      if (at === port) equal(owner?.tid, tid);
    }
  });

  it('are found by the next search of all when a descriptor was passed on', async () => {
    const [giver, taker] = [holder(), holder()];
    const { port, fd } = await giver.call('listen');
    await becomes(port, [`holder[${giver.pid}]`]);
    await taker.call('take', giver.pid, fd);
    await giver.call('close', fd);
    const seenUs = ownersOf(port)[0]?.seen_us ?? 0;
    ok(seenUs > 0 && seenUs < nowUs(), 'seen at a time');
    await becomes(port, [`holder[${taker.pid}]`]);
    equal(ownersOf(port)[0]?.seen_us, seenUs);
  });

  it('may be threads with descriptors of their own', async () => {
    const program = holder();
    const { port, tid } = await program.call('own-thread');
    await until(`thread ${tid} to hold port ${port}`, () => ownersOf(port).some((owner) => owner.tid === tid));
    const users = new RegExp(`users:\\(\\("holder",pid=${program.pid},tid=${tid},fd=\\d+\\)\\)`);
    const live = await sstory('ss', '-tlnpTH', '-N', place.path, 'sport', '=', `:${port}`);
    const past = await sstory('ss', '-tlnpTH', '--at', 'now', '-N', 'all', '--db', path, 'sport', '=', `:${port}`);
    for (const { stdout } of [live, past]) match(stdout, users);
  });

  it('are none while a connection waits, also where io_uring accepts it in the end', async function () {
    const [server, client] = [holder(), holder()];
    const { port, fd } = await server.call('listen');
    const { port: peer } = await client.call('connect', port);
    const snapshots = async (wanted: number) => {
      const sinceUs = nowUs();
      const taken = 'SELECT 1 FROM snapshots WHERE netns = ? AND at_us > ?';
      await until('snapshots', () => query(path, taken, place.inode, sinceUs).length >= wanted);
    };
    await snapshots(2);
    const waitingUs = nowUs();
    const filter = ['-tanpH', 'sport', '=', `:${port}`, 'dport', '=', `:${peer}`];
    deepEqual(usersIn(await place.run('ss', ...filter)), []);
    await snapshots(1);
    const accepted = await server.call('uring-accept', fd).catch(() => undefined);
    if (accepted === undefined) this.skip();
    const shownAt = async (time: string) =>
      usersIn((await sstory('ss', ...filter, '--at', time, '-N', 'all', '--db', path)).stdout);
    await until('its owner', async () => (await shownAt('now')).length > 0);
    deepEqual(await shownAt('now'), usersIn(await place.run('ss', ...filter)));
    deepEqual(await shownAt(`@${(waitingUs / 1e6).toFixed(6)}`), []);
  });

  for (const [title, command] of [
    ['io_uring', 'uring-accept'],
    ['a 32-bit system call', 'int80-accept'],
  ] as const) {
    it(`are those of the listener where ${title} accepted, and marked so`, async function () {
      const server = holder();
      const { port, fd } = await server.call('listen');
      const client = holder();
      const { fd: socket, port: peer } = await client.call('connect', port);
      const accepted = await server.call(command, fd).catch(() => undefined);
      if (accepted === undefined) this.skip();
      await server.call('close', accepted.fd);
      await client.call('close', socket);
      const accepts = `SELECT o.* FROM owners o JOIN connections c ON c.id = o.connection_id
        WHERE c.netns = ? AND c.remote_port = ? AND c.origin = 'accept'`;
      const [owner] = await until('the connection to be recorded', () => {
        const rows = query<OwnerRow>(path, accepts, place.inode, peer);
        return rows.length > 0 && rows;
      });
      deepEqual([owner?.pid, owner?.comm, owner?.fd, owner?.inferred], [server.pid, 'holder', null, 1]);
    });
  }

  it('are known where a 32-bit system call connected, and accepted', async function () {
    const [server, client] = [holder(), holder()];
    const { port, fd } = await server.call('listen');
    const connected = await client.call('int80-connect', port).catch(() => undefined);
    if (connected === undefined) this.skip();
    const accepted = await server.call('int80-accept', fd);
    await becomes(connected.port, [`holder[${client.pid}]`]);
    const [far] = await until('the descriptor of what was accepted', () => {
      const rows = query<OwnerRow>(
        path,
        `SELECT o.* FROM owners o JOIN connections c ON c.id = o.connection_id
         WHERE c.netns = ? AND c.remote_port = ? AND c.origin = 'accept' AND o.fd IS NOT NULL`,
        place.inode,
        connected.port,
      );
      return rows.length > 0 && rows;
    });
    deepEqual([far?.pid, far?.fd], [server.pid, accepted.fd]);
  });

  it('go on in the next run, or end with bounds', async () => {
    const [parent, staying] = [holder(), holder()];
    const [passed, kept] = [await parent.call('listen'), await staying.call('listen')];
    const child = await parent.call('fork', 'child');
    const twin = await staying.call('fork', 'twin');
    await becomes(passed.port, [`holder[${parent.pid}]`, `child[${child.pid}]`]);
    await becomes(kept.port, [`holder[${staying.pid}]`, `twin[${twin.pid}]`]);
    const before = ownersOf(kept.port);
    await recorder.stop();
    const stoppedUs = nowUs();
    await parent.call('kill', child.pid);
    recorder = stage.use(await Recorder.start(path, '--source', 'bpf', '--no-names', '--interval', '200ms'));
    await becomes(passed.port, [`holder[${parent.pid}]`]);
    const [ended] = ownersOf(passed.port).filter(({ pid }) => pid === child.pid);
    ok((ended?.to_us ?? 0) > stoppedUs && (ended?.seen_us ?? 0) < stoppedUs, JSON.stringify(ended));
    deepEqual(
      ownersOf(kept.port).map(({ pid, from_us, to_us }) => [pid, from_us, to_us]),
      before.map(({ pid, from_us, to_us }) => [pid, from_us, to_us]),
    );
  });
});
