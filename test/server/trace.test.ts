import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { childrenOf } from '../lab/children.js';
import { writeCrowd } from '../lab/crowd.js';
import { connectionOf, usAt, writeHistory } from '../lab/history.js';
import { Served } from '../lab/served.js';
import { Stage } from '../lab/stage.js';
import { until } from '../lab/until.js';
import { decodeTrace } from '../view/perfetto/decoded-trace.js';

const MANY = 100_000;
/** The crowd opens one every 100 us, from the first second on; the first one is at its end. */
const OPENED_IN_A_SECOND = 10_000;
/** What a client that does not read may cost: what is in the pipe, in the socket, and in the streams between. */
const MOST_UNREAD_BYTES = 16e6;

describe('GET /api/perfetto', () => {
  const stage = new Stage();
  let small: Served;
  let large: Served;

  before(async () => {
    const directory = await stage.directory();
    writeHistory(join(directory, 'small.db'), {
      connections: [
        connectionOf(1, [
          [10, 'SYN-SENT'],
          [14, 'UNCONN'],
        ]),
        connectionOf(2, [
          [20, 'SYN-SENT'],
          [20.001, 'ESTAB'],
        ]),
      ],
    });
    writeCrowd(join(directory, 'large.db'), MANY);
    small = stage.use(await Served.start(join(directory, 'small.db')));
    large = stage.use(await Served.start(join(directory, 'large.db')));
  });
  after(() => stage[Symbol.asyncDispose]());

  const bytesOf = async ({ host, token }: Served, path: string) => {
    const response = await fetch(`http://${host}${path}`, { headers: { Authorization: `Bearer ${token}` } });
    return { status: response.status, headers: response.headers, body: Buffer.from(await response.arrayBuffer()) };
  };
  const connectionsIn = (bytes: Uint8Array) =>
    decodeTrace(bytes).slices.flatMap(({ args }) => (args['connection'] === undefined ? [] : [args['connection']]));
  const processesOf = ({ pid }: Served) => childrenOf(pid).filter(({ words }) => words.includes('trace-process'));

  it('is the trace of a range and a filter, as a download', async () => {
    const { status, headers, body } = await bytesOf(small, '/api/perfetto');
    equal(status, 200);
    equal(headers.get('content-type'), 'application/octet-stream');
    match(String(headers.get('content-disposition')), /filename="sstory\.pftrace"/);
    deepEqual(connectionsIn(body), [1, 2]);
    const part = await bytesOf(small, `/api/perfetto?from=${usAt(15)}&to=${usAt(30)}`);
    deepEqual(connectionsIn(part.body), [2]);
    const filtered = await bytesOf(small, '/api/perfetto?filter=state+closed');
    deepEqual(connectionsIn(filtered.body), [1]);
  });

  it('says what is wrong with a request, and wants the token', async () => {
    const { status, body } = await small.get('/api/perfetto?filter=x+y');
    equal(status, 400);
    ok((JSON.parse(body) as { error: unknown }).error);
    equal((await small.get('/api/perfetto', { anonymous: true })).status, 401);
  });

  it('is written as fast as its client reads, and no faster', async () => {
    const response = await large.open('/api/perfetto');
    response.pause();
    const [writing] = await until('the process that writes it', () => {
      const found = processesOf(large);
      return found.length > 0 && found;
    });
    const written = () =>
      Number(/^wchar: (\d+)$/m.exec(readFileSync(`/proc/${writing?.pid}/io`, 'utf8'))?.[1] ?? Number.NaN);
    let before = -1;
    // It has come to rest when nothing more is written within a second.
    while (before !== written()) {
      before = written();
      await delay(1_000);
    }
    ok(before < MOST_UNREAD_BYTES, `${before} bytes were written for a client that does not read`);
    response.destroy();
    await until('its end', () => processesOf(large).length === 0);
  });

  it('has all connections of a range', async () => {
    const { body } = await bytesOf(large, `/api/perfetto?to=${usAt(2)}`);
    equal(new Set(connectionsIn(body)).size, OPENED_IN_A_SECOND);
  });

  it('does not look complete where it is cut off', async () => {
    const response = await large.open('/api/perfetto');
    await once(response, 'readable');
    const [writing] = processesOf(large);
    process.kill(writing?.pid ?? 0, 'SIGKILL');
    await rejects(async () => {
      for await (const _ of response);
    });
  });

  it('is written for two clients at once', async () => {
    const responses = [await large.open('/api/perfetto'), await large.open('/api/perfetto')];
    equal((await large.get('/api/perfetto')).status, 503);
    for (const response of responses) response.destroy();
    await until('their end', () => processesOf(large).length === 0);
    equal((await large.get('/api/info')).status, 200);
  });
});
