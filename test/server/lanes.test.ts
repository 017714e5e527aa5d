import { deepEqual, equal, ok, rejects } from 'node:assert/strict';
import { join } from 'node:path';
import { PAINTS } from '../../src/server/contract.js';
import { openForWriting } from '../../src/store/database.js';
import { HistoryWriter } from '../../src/store/writer.js';
import { batchOf, connectionOf, type Entered, sampleOf, usAt, writeHistory } from '../lab/history.js';
import { Stage } from '../lab/stage.js';
import { Answered } from './answered.js';

interface Lane {
  readonly connection_id: number;
  readonly runs: readonly (readonly [number, number, number, number])[];
  readonly markers: readonly unknown[];
  readonly state: string;
  readonly remote_name: string | null;
  readonly stale_name: object | null;
}
interface Group {
  readonly key: string;
  readonly connections: number;
  readonly troubled: number;
  readonly filter: string | null;
  readonly runs: Lane['runs'];
}
interface Answer {
  readonly total: number;
  readonly groups_total: number;
  readonly place: object | null;
  readonly lanes: readonly Lane[];
  readonly groups: readonly Group[];
}

const WEEK_S = 7 * 86_400;
/** Runs with the names of their paints. */
const named = (runs: Lane['runs']) => runs.map(([first, end, paint, last]) => [first, end, PAINTS[paint], last]);

describe('lanes', () => {
  const stage = new Stage();
  const opened: Answered[] = [];
  after(async () => {
    for (const each of opened) each[Symbol.dispose]();
    await stage[Symbol.asyncDispose]();
  });

  const serve = async (
    ...written: Parameters<typeof writeHistory> extends [string, infer W, ...unknown[]] ? [W] : never
  ) => {
    const db = join(await stage.directory(), 'history.db');
    writeHistory(db, ...written);
    const served = new Answered(db);
    opened.push(served);
    return { db, served };
  };
  const life = (...entered: Entered[]) => entered;

  it('show a SYN-SENT of 60 us, and how a connection ended, in one pixel of a week', async () => {
    const { served } = await serve({
      connections: [
        connectionOf(1, life([1_000, 'SYN-SENT'], [1_000.00006, 'ESTAB'], [300_000, 'UNCONN']), {
          closeReason: 'reset by peer',
        }),
        connectionOf(2, life([1_001, 'SYN-SENT'], [1_001.00006, 'UNCONN']), { closeReason: 'refused' }),
      ],
      endS: WEEK_S,
    });
    const { lanes } = await served.json<Answer>('/api/timeline?width=700&sort=opened');
    const perPixel = WEEK_S / 700;
    const [first, last] = [Math.floor(1_000 / perPixel), Math.floor(300_000 / perPixel)];
    deepEqual(named(lanes[0]?.runs ?? []), [
      [first, first + 1, 'SYN-SENT', 0],
      [first + 1, last, 'ESTAB', 0],
      [last, last + 1, 'reset', 0],
    ]);
    deepEqual(named(lanes[1]?.runs ?? []), [[first, first + 1, 'refused', 0]]);
  });

  it('tell what is observed, inferred and uncertain apart, and end where the record does', async () => {
    const { served } = await serve({
      connections: [
        connectionOf(
          1,
          life([10, 'ESTAB', 'snapshot', 'no bound'], [50, 'CLOSE-WAIT', 'snapshot', 40], [60, 'LAST-ACK']),
        ),
      ],
      endS: 80,
    });
    const { lanes } = await served.json<Answer>(`/api/timeline?width=100&from=${usAt(0)}&to=${usAt(100)}`);
    deepEqual(named(lanes[0]?.runs ?? []), [
      [10, 40, 'ESTAB', 1],
      [40, 50, 'ESTAB', 2],
      [50, 60, 'CLOSE-WAIT', 1],
      [60, 80, 'LAST-ACK', 0],
    ]);
  });

  it('have one marker for each kind and pixel', async () => {
    const event = (atS: number, kind: string, detail: string) => ({ connectionId: 1, atUs: usAt(atS), kind, detail });
    const { served } = await serve({
      connections: [connectionOf(1, life([0, 'SYN-SENT']))],
      events: [
        ...[event(1, 'retransmit', 'SYN'), event(1.4, 'retransmit', 'SYN'), event(3, 'retransmit', 'SYN')],
        ...[event(4, 'reset', 'received'), event(5, 'reset', 'sent TCP_CLOSE'), event(6, 'error', 'EHOSTUNREACH')],
      ] as never,
    });
    const { lanes } = await served.json<Answer>('/api/timeline?width=100');
    deepEqual(lanes[0]?.markers, [
      [1, 'retransmit', 2],
      [3, 'retransmit', 1],
      [4, 'reset-received', 1],
      [5, 'reset-sent', 1],
      [6, 'error', 1],
    ]);
  });

  it('say where a connection stands, in its group where there are groups', async () => {
    const comms = ['java', 'nginx', 'java', 'java'];
    const { served } = await serve({
      connections: comms.map((comm, index) => connectionOf(index + 1, life([index, 'SYN-SENT']), { comm })),
    });
    const place = async (search: string) => (await served.json<Answer>(`/api/timeline?limit=0&${search}`)).place;
    deepEqual(await place('sort=opened&find=3'), { within: null, index: 2 });
    deepEqual(await place('sort=opened&group=process&find=3'), { within: 'java', index: 1 });
    deepEqual(await place('sort=opened&find=9'), null);
    deepEqual(await place(`sort=opened&find=4&to=${usAt(1.5)}`), null);
    deepEqual(await place('sort=opened'), null);
  });

  it('are those of some connections, whatever the filter and the range', async () => {
    const { served } = await serve({
      connections: [1, 2, 3].map((id) => connectionOf(id, life([id, 'SYN-SENT'], [id + 1, 'UNCONN']))),
    });
    const { lanes, total } = await served.json<Answer>(
      `/api/timeline?ids=3,9,1&filter=comm+%3D+nginx&from=${usAt(3)}&to=${usAt(10)}`,
    );
    deepEqual(
      lanes.map(({ connection_id: id, runs }) => [id, runs.length > 0]),
      [
        [3, true],
        [1, false],
      ],
    );
    equal(total, 2);
    for (const ids of ['', '1,x', '0', '1,'.repeat(101)]) {
      await rejects(served.json(`/api/timeline?ids=${ids}`), { code: 'usage' }, ids);
    }
  });

  it('say that a connect used a stale name, and when a name moved away', async () => {
    const name = { name: 'kafka.test', address: '10.0.0.2', source: 'dns' as const, netns: 1 };
    const record = { ...name, fromUs: usAt(0), toUs: usAt(50), ended: 'replaced' as const };
    const { served } = await serve({
      connections: [
        connectionOf(1, life([10, 'SYN-SENT'], [80, 'UNCONN'])),
        connectionOf(2, life([60, 'SYN-SENT'], [70, 'UNCONN'])),
        connectionOf(3, life([60, 'ESTAB']), { origin: 'accept' }),
      ],
      names: [record],
    });
    const { lanes } = await served.json<Answer>(`/api/timeline?sort=opened&width=100&from=${usAt(0)}&to=${usAt(100)}`);
    deepEqual(
      lanes.map(({ remote_name, stale_name, markers }) => [remote_name, stale_name, markers]),
      [
        ['kafka.test', null, [[50, 'name-moved', 1]]],
        [null, { name: 'kafka.test', ended_us: usAt(50) }, [[60, 'stale-name', 1]]],
        [null, null, []],
      ],
    );
  });

  it('have retransmits by the samples where no events are recorded', async () => {
    const { served } = await serve({
      connections: [connectionOf(1, life([0, 'SYN-SENT'], [0.1, 'ESTAB']), { retransmits: 5 })],
      samples: [
        ...[sampleOf(1, usAt(10), { totalRetrans: 1 }), sampleOf(1, usAt(20), { totalRetrans: 1 })],
        ...[sampleOf(1, usAt(30), { totalRetrans: 4 }), sampleOf(1, usAt(40), { totalRetrans: 5 })],
      ],
    });
    const { lanes } = await served.json<Answer>(`/api/timeline?width=100&from=${usAt(15)}&to=${usAt(115)}`);
    deepEqual(lanes[0]?.markers, [
      [15, 'retransmit', 3],
      [25, 'retransmit', 1],
    ]);
  });

  it('come worst first, and in pages', async () => {
    const { served } = await serve({
      connections: [
        connectionOf(1, life([1, 'SYN-SENT'], [1.1, 'ESTAB'])),
        connectionOf(2, life([2, 'SYN-SENT'], [9, 'ESTAB'])),
        connectionOf(3, life([3, 'SYN-SENT'], [3.1, 'UNCONN']), { closeReason: 'timed out' }),
        connectionOf(4, life([4, 'SYN-SENT'], [4.1, 'UNCONN']), { closeReason: 'reset by peer' }),
        connectionOf(5, life([5, 'SYN-RECV'], [5.1, 'ESTAB'], [6, 'CLOSE-WAIT'])),
        connectionOf(6, life([7, 'SYN-SENT'], [7.1, 'ESTAB'])),
      ],
    });
    const ids = async (query: string) =>
      (await served.json<Answer>(`/api/timeline?${query}`)).lanes.map(({ connection_id }) => connection_id);
    deepEqual(await ids(''), [4, 3, 2, 5, 6, 1]);
    deepEqual(await ids('offset=2&limit=3'), [2, 5, 6]);
    deepEqual(await ids('sort=opened'), [1, 2, 3, 4, 5, 6]);
    // A trouble outside the range is none.
    deepEqual(await ids(`from=${usAt(20)}`), [5, 6, 2, 1]);
    deepEqual(await ids(`filter=${encodeURIComponent('state close-wait')}`), [5]);
    equal((await served.json<Answer>('/api/timeline?limit=1')).total, 6);
  });

  it('are grouped as heat rows, with the filter that selects them', async () => {
    const tuple = {
      family: 4,
      localAddr: '10.0.0.1',
      localPort: 80,
      remoteAddr: '10.0.0.9',
      remotePort: 5_000,
    } as const;
    const { served } = await serve({
      connections: [
        connectionOf(1, life([0, 'SYN-SENT'], [0.5, 'ESTAB'])),
        connectionOf(2, life([10, 'SYN-SENT'])),
        connectionOf(3, life([20, 'SYN-RECV'], [20.1, 'ESTAB']), { comm: 'my app', origin: 'accept', tuple }),
      ],
      endS: 40,
    });
    const { groups, lanes, total, groups_total } = await served.json<Answer>('/api/timeline?group=process&width=40');
    deepEqual([total, groups_total, lanes], [3, 2, []]);
    deepEqual(
      groups.map(({ key, connections, troubled, filter }) => [key, connections, troubled, filter]),
      [
        ['java', 2, 1, 'comm = java'],
        ['my app', 1, 0, null],
      ],
    );
    deepEqual(named(groups[0]?.runs ?? []), [
      [0, 1, 'SYN-SENT', 1],
      [1, 10, 'ESTAB', 1],
      [10, 40, 'SYN-SENT', 2],
    ]);
    const within = await served.json<Answer>('/api/timeline?group=process&within=java&sort=opened');
    deepEqual([within.total, within.lanes.map(({ connection_id }) => connection_id)], [2, [1, 2]]);
    const ports = await served.json<Answer>('/api/timeline?group=port');
    deepEqual(
      ports.groups.map(({ filter }) => filter),
      ['dport = :9200', 'sport = :80'],
    );
    for (const group of ['peer', 'name', 'netns', 'container']) {
      const answer = await served.json<Answer>(`/api/timeline?group=${group}`);
      equal(
        answer.groups.reduce((sum, { connections }) => sum + connections, 0),
        3,
        group,
      );
    }
  });

  it('follow what is recorded', async () => {
    const { db, served } = await serve({ connections: [connectionOf(1, life([1, 'SYN-SENT']))], endS: 100 });
    const states = async () =>
      (await served.json<Answer>(`/api/timeline?from=${usAt(0)}&to=${usAt(200)}&sort=opened`)).lanes.map(
        ({ connection_id, state }) => [connection_id, state],
      );
    deepEqual(await states(), [[1, 'SYN-SENT']]);
    const database = openForWriting(db);
    const writer = new HistoryWriter(database);
    const later = connectionOf(1, life([1, 'SYN-SENT'], [50, 'ESTAB']));
    writer.write(
      {
        ...batchOf({}),
        connections: [
          { connection: later, isNew: false, firstNewStep: 1 },
          { connection: connectionOf(2, life([60, 'SYN-SENT'])), isNew: true, firstNewStep: 0 },
        ],
      },
      usAt(60),
    );
    deepEqual(await states(), [
      [1, 'ESTAB'],
      [2, 'SYN-SENT'],
    ]);
    // A live range moves on.
    for (const filter of ['', 'comm = java', 'dst 10.0.0.2', 'state established', 'comm = none']) {
      const range = `from=${usAt(10)}&to=${usAt(210)}&sort=opened&filter=${encodeURIComponent(filter)}`;
      const { lanes } = await served.json<Answer>(`/api/timeline?${range}`);
      const expected = filter === 'comm = none' ? [] : filter.startsWith('state') ? [1] : [1, 2];
      deepEqual(
        lanes.map(({ connection_id }) => connection_id),
        expected,
        filter,
      );
    }
    // One that no longer matches goes.
    const unrefused = async () => {
      const range = `from=${usAt(0)}&to=${usAt(200)}&sort=opened&filter=${encodeURIComponent('not reason refused')}`;
      return (await served.json<Answer>(`/api/timeline?${range}`)).lanes.map(({ connection_id }) => connection_id);
    };
    deepEqual(await unrefused(), [1, 2]);
    const refused = connectionOf(2, life([60, 'SYN-SENT'], [61, 'UNCONN']), { closeReason: 'refused' });
    const connections = [{ connection: refused, isNew: false, firstNewStep: 1 }];
    writer.write({ ...batchOf({}), connections }, usAt(61));
    deepEqual(await unrefused(), [1]);
    database.close();
  });

  it('answer for a part of a range from the index of the whole', async () => {
    const { served } = await serve({
      connections: Array.from({ length: 50 }, (_, at) =>
        connectionOf(at + 1, life([at, 'SYN-SENT'], [at + 1.5, 'UNCONN'])),
      ),
    });
    await served.json('/api/timeline');
    for (const [from, to] of [
      [10, 20],
      [0, 5],
      [40, 90],
    ] as const) {
      const { total } = await served.json<Answer>(`/api/timeline?from=${usAt(from)}&to=${usAt(to)}`);
      const expected = Array.from({ length: 50 }, (_, at) => at).filter((at) => at <= to && at + 1.5 >= from).length;
      equal(total, expected);
    }
    ok(true);
  });
});
