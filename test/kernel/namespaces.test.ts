import { deepEqual, equal, ok } from 'node:assert/strict';
import { join } from 'node:path';
import { ownNetns } from '../../src/sys/netns.js';
import { Actor } from '../lab/actor.js';
import { Netns } from '../lab/netns.js';
import { requireBpf, requireRoot } from '../lab/privileges.js';
import { query, Recorder } from '../lab/sstory.js';
import { Stage } from '../lab/stage.js';
import { until } from '../lab/until.js';

interface Row {
  readonly netns: number;
  readonly from_us: number;
  readonly to_us: number | null;
  readonly net_cookie: number | null;
  readonly name: string | null;
}

describe('network namespaces', () => {
  const stage = new Stage();
  const [path, recorders]: [string[], Recorder[]] = [[], []];
  let kept: Netns;
  let deletedWhile: Netns;
  let deletedBetween: Netns;
  const db = () => String(path[0]);
  const rowsOf = (netns: Netns | undefined) =>
    query<Row>(db(), 'SELECT * FROM namespaces WHERE netns = ? ORDER BY from_us', netns?.inode);
  const start = async () => {
    const recorder = await Recorder.start(db(), '--source', 'diag', '--interval', '100ms');
    recorders.push(stage.use(recorder));
  };

  before(async function () {
    requireRoot(this);
    path.push(join(await stage.directory(), 'namespaces.db'));
    [kept, deletedWhile, deletedBetween] = [await stage.netns(), await Netns.create(), await Netns.create()];
    await start();
    await until('all three are found', () =>
      [kept, deletedWhile, deletedBetween].every((one) => rowsOf(one).length > 0),
    );
  });
  after(() => stage[Symbol.asyncDispose]());

  it('are recorded with their name and the cookie of the kernel', () => {
    const rows = [kept, deletedWhile, deletedBetween].map((netns) => rowsOf(netns)[0]);
    deepEqual(
      rows.map((row) => [row?.name, row?.to_us]),
      [kept, deletedWhile, deletedBetween].map(({ name }) => [name, null]),
    );
    const cookies = new Set(rows.map((row) => row?.net_cookie));
    ok(cookies.size === 3 || cookies.has(null), 'a cookie of their own each, or a kernel before Linux 5.14');
  });

  it('have among them the first one of the host, which the run names', () => {
    const [run] = query<{ initial_netns: number }>(db(), 'SELECT initial_netns FROM runs');
    const found = query<Row>(db(), 'SELECT * FROM namespaces').map(({ netns }) => netns);
    ok(found.includes(run?.initial_netns ?? 0));
    ok(found.includes(ownNetns()));
  });

  it('end when they are deleted, while recording and between two runs', async () => {
    await deletedWhile[Symbol.asyncDispose]();
    await until('the end of the first', () => rowsOf(deletedWhile)[0]?.to_us !== null);
    await recorders[0]?.kill();
    const first = rowsOf(kept);
    await deletedBetween[Symbol.asyncDispose]();
    await start();
    await until('a snapshot of the second run', () => {
      const sql = 'SELECT 1 FROM snapshots WHERE at_us > (SELECT max(started_us) FROM runs)';
      return query(db(), sql).length > 0;
    });
    const [run] = query<{ started_us: number }>(db(), 'SELECT started_us FROM runs ORDER BY id DESC');
    equal(rowsOf(deletedBetween)[0]?.to_us, run?.started_us);
    deepEqual(rowsOf(kept), first);
  });
});

describe('a network namespace that no process lives in', () => {
  const stage = new Stage();
  let path: string;

  interface End {
    readonly state: string;
    readonly closed_us: number | null;
    readonly closed_not_before_us: number | null;
    readonly closed_source: string | null;
  }

  before(async function () {
    requireBpf(this);
    path = join(await stage.directory(), 'left.db');
    stage.use(await Recorder.start(path, '--source', 'bpf', '--interval', '200ms'));
  });
  after(() => stage[Symbol.asyncDispose]());

  /** The kernel gives the inode number of a namespace to the next one. */
  const endsOf = ({ inode, sinceUs }: { readonly inode: number; readonly sinceUs: number }) =>
    query<End>(path, 'SELECT * FROM connections WHERE netns = ? AND opened_us >= ? ORDER BY id', inode, sinceUs);
  const rounds = () => query(path, 'SELECT 1 FROM snapshots WHERE netns = ?', ownNetns()).length;
  const afterRounds = async (count: number) => {
    const before = rounds();
    await until(`${count} rounds of snapshots`, () => rounds() >= before + count);
  };

  /** A server and a client whose namespace they leave, and which is deleted then. */
  async function leaving(recordedFirst: boolean) {
    const netns = await Netns.create();
    const { inode } = netns;
    const sinceUs = Date.now() * 1000;
    const actor = await stage.actor('leaver', netns);
    const { listener, port } = await actor.listenAt('127.0.0.1');
    const client = await actor.socket();
    await actor.connect(client, '127.0.0.1', port);
    const { fd } = await actor.accept(listener);
    if (recordedFirst)
      await until('a dump of it', () => query(path, 'SELECT 1 FROM snapshots WHERE netns = ?', inode).length > 0);
    await actor.enter(`/proc/${process.pid}/ns/net`);
    await netns[Symbol.asyncDispose]();
    return { inode, sinceUs, actor, fds: [client, fd, listener] };
  }

  for (const [when, recordedFirst] of [
    ['after it was dumped', true],
    ['before it was ever dumped', false],
  ] as const) {
    it(`and that is left ${when}, keeps its sockets until they are closed`, async () => {
      const place = await leaving(recordedFirst);
      const { inode, actor, fds } = place;
      await afterRounds(5);
      deepEqual(
        endsOf(place).map(({ state, closed_us }) => [state, closed_us]),
        [
          ['LISTEN', null],
          ['ESTAB', null],
          ['ESTAB', null],
        ],
      );
      const dumped = () =>
        query<{ n: number }>(path, 'SELECT count(*) AS n FROM snapshots WHERE netns = ?', inode)[0]?.n;
      const before = dumped() ?? 0;
      await until('a dump of it after it was left', () => (dumped() ?? 0) > before);
      for (const fd of fds) await actor.close(fd);
      await until('the ends', () => endsOf(place).every(({ closed_us }) => closed_us !== null));
      const [listening, client, server] = endsOf(place);
      deepEqual(
        [listening, server].map((end) => [end?.closed_source, end?.closed_not_before_us]),
        [
          ['probe', null],
          ['probe', null],
        ],
      );
      // The TIME-WAIT is all that is left: it ends with the namespace, long before its timer.
      equal(client?.closed_source, 'snapshot');
      await until('its end', () => {
        const [row] = query<Row>(path, 'SELECT * FROM namespaces WHERE netns = ? ORDER BY from_us DESC', inode);
        return row !== undefined && row.to_us !== null;
      });
    });
  }

  it('and that lived too short for a dump ends with its TIME-WAITs', async () => {
    const netns = await Netns.create();
    const place = { inode: netns.inode, sinceUs: Date.now() * 1000 };
    const actor = await Actor.start('shortlived', netns);
    const { listener, port } = await actor.listenAt('127.0.0.1');
    const client = await actor.socket();
    await actor.connect(client, '127.0.0.1', port);
    const { fd } = await actor.accept(listener);
    for (const each of [client, fd, listener]) await actor.close(each);
    await actor[Symbol.asyncDispose]();
    const atUs = Date.now() * 1000;
    await netns[Symbol.asyncDispose]();
    await until(
      'the connections',
      () => endsOf(place).filter(({ closed_us }) => (closed_us ?? 0) > atUs - 1e6).length > 0,
    );
    await until('the ends', () => endsOf(place).every(({ closed_us }) => closed_us !== null));
    // The kernel cleans a namespace up some time after it was deleted, and a dump may find it until then.
    const goneUs = Date.now() * 1000;
    const waited = endsOf(place).find(({ closed_source }) => closed_source !== 'probe');
    const [notBeforeUs, closedUs] = [Number(waited?.closed_not_before_us), Number(waited?.closed_us)];
    // Date.now() has whole milliseconds.
    ok(notBeforeUs <= goneUs + 999 && closedUs >= atUs, JSON.stringify({ atUs, goneUs, ends: endsOf(place) }));
  });
});
