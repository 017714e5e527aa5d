import { deepEqual } from 'node:assert/strict';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import type { Ownership } from '../../src/model/owner.js';
import { connectionsBetween } from '../../src/query/connections-between.js';
import { historyFilter } from '../../src/query/history-filter.js';
import { socketsAt } from '../../src/query/point-in-time.js';
import { openForReading } from '../../src/store/database.js';
import { NAMES } from '../filter/names.js';
import { connectionOf, usAt, writeHistory } from '../lab/history.js';
import { Stage } from '../lab/stage.js';

/** Process 42 opened connection 1 at 1 s, forked 43 at 10 s, and ended at 20 s; 44 got the descriptor at 30 s. 2 is still 42's. */
const owners: readonly Ownership[] = [
  { connectionId: 1, pid: 42, fd: 3, comm: 'java', fromUs: usAt(1), toUs: usAt(20), seenUs: usAt(19) },
  { connectionId: 1, pid: 43, fd: 3, comm: 'child', fromUs: usAt(10), toUs: usAt(30), seenUs: usAt(29) },
  { connectionId: 1, pid: 44, fd: 9, comm: 'heir', fromUs: usAt(30), toUs: undefined },
];

describe('the owners of a socket over time', () => {
  const stage = new Stage();
  let database: Database.Database;
  before(async () => {
    const path = join(await stage.directory(), 'owners.db');
    const connections = [1, 2].map((id) =>
      connectionOf(id, [
        [1, 'SYN-SENT'],
        [1.1, 'ESTAB'],
      ]),
    );
    const dumps = [40, 50].map((atS) => ({ atUs: usAt(atS), netns: 1, sockets: 2, tookUs: 9, owners: atS === 40 }));
    writeHistory(path, { connections, owners, snapshots: dumps });
    database = openForReading(path);
  });
  after(async () => {
    database.close();
    await stage[Symbol.asyncDispose]();
  });

  const atTime = (atS: number) => {
    const [first] = socketsAt(database, usAt(atS), { details: true });
    return first?.owners.map(({ pid, comm }) => `${comm}[${pid}]`).join(' ');
  };
  const matching = async (text: string, fromS?: number, toS = fromS) => {
    const during = fromS === undefined ? undefined : { fromUs: usAt(fromS), toUs: usAt(toS ?? fromS) };
    const filter = await historyFilter(database, text.split(' '), NAMES, { during });
    return [...connectionsBetween(database, usAt(0), usAt(100), filter?.condition)].map(({ id }) => id).sort();
  };

  it('are those of the moment', () => {
    deepEqual([5, 15, 25, 35].map(atTime), ['java[42]', 'java[42] child[43]', 'child[43]', 'heir[44]']);
  });
  it('are matched at a moment', async () => {
    deepEqual(await matching('pid = 42', 5), [1, 2]);
    deepEqual(await matching('pid = 42', 25), [2]);
    deepEqual(await matching('comm = child', 5), []);
    deepEqual(await matching('comm = child', 15), [1]);
    deepEqual(await matching('comm = heir', 35), [1]);
  });
  it('are matched in a window and over a whole life', async () => {
    deepEqual(await matching('comm = child', 25, 40), [1]);
    deepEqual(await matching('comm = child', 31, 40), []);
    deepEqual(await matching('pid = 42', 31, 40), [2]);
    deepEqual(await matching('comm = heir'), [1]);
    deepEqual(await matching('pid = 42'), [1, 2]);
    deepEqual(await matching('pid > 42'), [1]);
  });
  it('are none of those that != names', async () => {
    deepEqual(await matching('comm != heir'), [2]);
    deepEqual(await matching('pid != 42', 25), [1]);
    deepEqual(await matching('not pid = 42', 25), [1]);
  });
  it('are all in the view, with when they were last seen', () => {
    const rows = database
      .prepare('SELECT connection_id, pid, from_us, to_us, seen_us FROM owners ORDER BY 1, 3')
      .raw()
      .all() as (number | null)[][];
    const atS = (us: number | null | undefined) => (us === null || us === undefined ? null : (us - usAt(0)) / 1e6);
    deepEqual(
      rows.map(([id, pid, from, to, seen]) => [id, pid, atS(from), atS(to), atS(seen)]),
      [
        [1, 42, 1, 20, 19],
        [1, 43, 10, 30, 29],
        [1, 44, 30, null, 40],
        [2, 42, 1, null, 40],
      ],
    );
  });
});
