import { deepEqual, equal, ok } from 'node:assert/strict';
import { join } from 'node:path';
import { ownNetns } from '../../src/sys/netns.js';
import { Netns } from '../lab/netns.js';
import { requireRoot } from '../lab/privileges.js';
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
