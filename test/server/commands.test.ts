import { deepEqual, doesNotMatch, equal, match, ok } from 'node:assert/strict';
import { join } from 'node:path';
import { connectionOf, sampleOf, usAt, writeHistory } from '../lab/history.js';
import { Served } from '../lab/served.js';
import { sstory } from '../lab/sstory.js';
import { Stage } from '../lab/stage.js';

type Row = Record<string, unknown>;

const linesOf = (stdout: string): Row[] =>
  stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row);

describe('what the server answers', () => {
  const stage = new Stage();
  let db: string;
  let served: Served;
  before(async () => {
    db = join(await stage.directory(), 'history.db');
    writeHistory(db, {
      connections: [
        connectionOf(1, [
          [1, 'SYN-SENT'],
          [1.00006, 'ESTAB'],
          [20, 'FIN-WAIT-1'],
          [21, 'TIME-WAIT'],
          [80, 'UNCONN', 'timer', 79],
        ]),
        connectionOf(2, [[5, 'SYN-SENT']]),
        connectionOf(
          3,
          [
            [5, 'SYN-SENT'],
            [5.2, 'UNCONN'],
          ],
          { closeReason: 'refused', comm: 'curl' },
        ),
        connectionOf(4, [[0, 'LISTEN', 'snapshot', 'no bound']], { origin: 'listen', comm: 'nginx' }),
        connectionOf(
          5,
          [
            [30, 'SYN-RECV'],
            [30.001, 'ESTAB'],
            [40, 'CLOSE-WAIT'],
          ],
          { origin: 'accept', comm: 'nginx' },
        ),
      ],
      samples: [sampleOf(1, usAt(10), { recvQ: 7, sendQ: 9 }), sampleOf(5, usAt(42), { recvQ: 1 })],
      gaps: [{ fromUs: usAt(50), toUs: usAt(55) }],
    });
    served = stage.use(await Served.start(db));
  });
  after(() => stage[Symbol.asyncDispose]());

  for (const [filter, ...instants] of [
    ['', 2, 10, 31, 52, 99],
    ['state syn-sent', 10],
    ['dst 10.0.0.2 and comm = java', 31],
    ['exclude close-wait sport = :40001 or comm = nginx', 52],
  ] as const) {
    it(`is the socket table of sstory ss --at: "${filter}"`, async () => {
      for (const atS of instants) {
        const { rows, command } = await served.json<{ rows: Row[]; command: string }>(
          `/api/ss?at=${usAt(atS)}&filter=${encodeURIComponent(filter)}`,
        );
        const words = ['ss', '-a', '-N', 'all', '--at', `@${usAt(atS) / 1e6}`, '--db', db, '--json'];
        const { stdout } = await sstory(...words, ...(filter === '' ? [] : [filter]));
        deepEqual(rows, linesOf(stdout));
        match(command, /^sstory ss -antp --at 2026-11-18T/);
      }
    });
  }

  it('is the table as text too, and the command that it names prints it', async () => {
    const { text, command } = await served.json<{ text: string; command: string }>(`/api/ss?at=${usAt(31)}&text=1`);
    const [, ...words] = command.split(' ');
    const { stdout } = await sstory(...words);
    // Older releases of ss pad their lines.
    const trimmed = (lines: string) => lines.trimEnd().replaceAll(/ +$/gm, '');
    equal(trimmed(text), trimmed(stdout));
  });

  it('has the chosen columns and rows of the table', async () => {
    const { rows, total } = await served.json<{ rows: Row[]; total: number }>(
      `/api/ss?at=${usAt(31)}&columns=state,local_port&offset=1&limit=1`,
    );
    equal(total, 4);
    deepEqual(
      rows.map((row) => Object.keys(row)),
      [['state', 'local_port']],
    );
  });

  it('is the log of sstory log', async () => {
    const { rows, truncated } = await served.json<{ rows: Row[]; truncated: boolean }>('/api/log');
    deepEqual(rows, linesOf((await sstory('log', '--db', db, '--json')).stdout));
    equal(truncated, false);
    const last = await served.json<{ rows: Row[]; truncated: boolean }>('/api/log?limit=2');
    // The gaps among them are shown too.
    deepEqual(last, { ...last, rows: rows.slice(-3), truncated: true });
  });

  it('is the difference of sstory diff', async () => {
    const { rows } = await served.json<{ rows: Row[] }>(`/api/diff?first=${usAt(10)}&second=end`);
    const { stdout } = await sstory('diff', `@${usAt(10) / 1e6}`, 'end', '--db', db, '--json');
    deepEqual(
      rows,
      linesOf(stdout).filter(({ type }) => type !== 'gap'),
    );
  });

  it('has the lines of sstory explain, each with its text', async () => {
    const all = await served.lines('/api/explain?tz=Asia/Tokyo');
    const command = linesOf((await sstory('explain', '--all', '--db', db, '--json')).stdout);
    const end = all.pop();
    equal(end?.['type'], 'end');
    equal(end?.['count'], command.length);
    // The commands in them have times in the zone of the reader.
    const plain = (row: Row) => ({ ...row, text: undefined, more: undefined });
    deepEqual(all.map(plain), command.map(plain));
    match(JSON.stringify(all[0]?.['text']), /20:06:45/);
    const [one] = await served.lines('/api/explain?id=2');
    deepEqual(plain(one ?? {}), plain(linesOf((await sstory('explain', '2', '--db', db, '--json')).stdout)[0] ?? {}));
  });

  it('has the stays, owners and samples of a connection', async () => {
    const answer = await served.json<Record<string, Row[]>>('/api/connection/1');
    const [timeline] = linesOf((await sstory('timeline', '--id', '1', '--db', db, '--json')).stdout);
    const states = (timeline?.['states'] ?? []) as Row[];
    deepEqual(
      answer['stays']?.map(({ state, from_us, to_us }) => [state, from_us, to_us]),
      states.map(({ state, from_us, to_us }) => [state, from_us, to_us]),
    );
    deepEqual(
      answer['samples']?.map(({ at_us, recv_q, send_q }) => [at_us, recv_q, send_q]),
      [[usAt(10), 7, 9]],
    );
    deepEqual(
      answer['owners']?.map(({ pid, comm }) => [pid, comm]),
      [[42, 'java']],
    );
    ok(answer['alike']?.some(({ filter, connections }) => filter === 'dst 10.0.0.2' && connections === 5));
  });

  it('counts what sstory count counts', async () => {
    const { states } = await served.json<{ states: Record<string, number[]> }>(
      `/api/overview?from=${usAt(0)}&to=${usAt(100)}&buckets=10`,
    );
    const words = ['count', '--by', 'state', '--every', '10s', '--db', db, '--json'];
    const counted = linesOf((await sstory(...words, '--since', `@${usAt(0) / 1e6}`)).stdout).slice(0, 10);
    for (const [state, counts] of Object.entries(states)) {
      const same = counted.map(({ states: each }) => (each as Record<string, number>)[state] ?? 0);
      deepEqual(counts, same, state);
    }
  });

  it('counts openings and failures in each bucket, and marks gaps', async () => {
    const answer = await served.json<Record<string, unknown>>(`/api/overview?from=${usAt(0)}&to=${usAt(50)}&buckets=5`);
    deepEqual(answer['opened'], [4, 0, 0, 1, 0]);
    deepEqual(answer['failed'], [1, 0, 0, 0, 0]);
    deepEqual(
      (answer['gaps'] as Row[]).map(({ from_us }) => from_us),
      [usAt(50)],
    );
  });

  it('reports an invalid filter with its place', async () => {
    const { status, body } = await served.get(`/api/timeline?filter=${encodeURIComponent('dst 10.0.0.1 nonsense 5')}`);
    equal(status, 400);
    const { error } = JSON.parse(body) as { error: { place: { input: string; at: number; length: number } } };
    const { input, at, length } = error.place;
    equal(input.slice(at, at + length), 'nonsense');
  });

  for (const view of [
    'overview',
    'timeline',
    'timeline?group=process',
    'ss',
    'diff?first=start&second=end',
    'log',
    'connection/1',
    'explain',
  ]) {
    it(`is a table as CSV: ${view}`, async () => {
      const { status, headers, body } = await served.get(`/api/${view}${view.includes('?') ? '&' : '?'}format=csv`);
      equal(status, 200);
      match(String(headers['content-type']), /^text\/csv/);
      const [head = '', ...rows] = body.trimEnd().split('\r\n');
      ok(head.split(',').length >= 3, head);
      ok(rows.length > 0);
    });
  }

  it('says in CSV too where it is cut off', async () => {
    const cut = async (path: string) => (await served.get(path)).body.trimEnd().split('\r\n').at(-1);
    equal(await cut(`/api/ss?at=${usAt(31)}&limit=3&format=csv`), 'cut off: 1 more; limit and offset choose others');
    equal(
      await cut(`/api/ss?at=${usAt(31)}&limit=1&offset=1&columns=state,local_port&format=csv`),
      'cut off: 2 more; limit and offset choose others',
    );
    equal(await cut('/api/timeline?limit=4&format=csv'), 'cut off: 1 more; limit and offset choose others');
    equal(await cut('/api/log?limit=2&format=csv'), 'cut off: only the last ones; limit and to choose others');
    for (const path of [`/api/ss?at=${usAt(31)}&format=csv`, '/api/timeline?limit=5&format=csv'])
      doesNotMatch(String(await cut(path)), /cut off/);
  });

  it('says what is recorded', async () => {
    const info = await served.json('/api/info');
    deepEqual([info['host'], info['recording'], info['connections']], ['lab', false, 5]);
    deepEqual(info['span'], { from_us: usAt(0), to_us: usAt(100) });
  });
});

describe('the server of a file', () => {
  const stage = new Stage();
  after(() => stage[Symbol.asyncDispose]());

  it('answers in which nothing is recorded', async () => {
    const db = join(await stage.directory(), 'empty.db');
    const { openForWriting } = await import('../../src/store/database.js');
    openForWriting(db).close();
    const served = stage.use(await Served.start(db));
    equal((await served.json('/api/info'))['span'], null);
    deepEqual((await served.json('/api/overview'))['states'], {});
    deepEqual((await served.json('/api/timeline'))['lanes'], []);
    equal((await served.get('/api/ss')).status, 404);
  });
});
