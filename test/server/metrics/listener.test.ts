import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { MetricsDesk } from '../../../src/server/metrics/metrics-desk.js';
import { type MetricsListener, startMetricsListener } from '../../../src/server/metrics/metrics-listener.js';
import { Scrapes } from '../../../src/server/metrics/scrapes.js';
import { openForWriting } from '../../../src/store/database.js';
import { Pruner } from '../../../src/store/pruner.js';
import { connectionOf, usAt, writeHistory } from '../../lab/history.js';
import { Stage } from '../../lab/stage.js';
import { cumulative, scrapedOf } from './scraped.js';

const TOKEN = 'a-token-of-some-length';
const FAILURES = 'system_network_tcp_connection_failures_total{error_type="refused",role="client"}';

interface Answer {
  readonly status: number;
  readonly type: string | undefined;
  readonly text: string;
}

function get(
  address: string,
  path = '/metrics',
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(`http://${address}${path}`, { method, headers }, (response) => {
      let text = '';
      response.on('data', (piece: Buffer) => {
        text += piece.toString();
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, type: response.headers['content-type'], text }),
      );
    });
    sent.on('error', reject).end();
  });
}

const SOURCES = {
  'in a process of its own': (file: string) => new MetricsDesk(file, []),
  'in this process': (file: string) => new Scrapes(file, []),
} as const;

for (const [where, sourceOf] of Object.entries(SOURCES))
  describe(`the listener for Prometheus, counting ${where}`, () => {
    const stage = new Stage();
    let db: string;
    const listeners: MetricsListener[] = [];
    const listen = async (more: Partial<Parameters<typeof startMetricsListener>[0]> = {}) => {
      const listener = await startMetricsListener({
        ...{ source: sourceOf(db), host: '127.0.0.1', port: 0, token: undefined },
        ...more,
      });
      listeners.push(listener);
      return listener;
    };

    beforeEach(async () => {
      db = join(await stage.directory(), 'history.db');
      writeHistory(db, {
        connections: [1, 2].map((id) =>
          connectionOf(
            id,
            [
              [1, 'SYN-SENT'],
              [2, 'UNCONN'],
            ],
            { closeReason: 'refused' },
          ),
        ),
      });
    });
    afterEach(async () => {
      for (const listener of listeners.splice(0)) await listener.close();
    });
    after(() => stage[Symbol.asyncDispose]());

    it('answers GET /metrics in the text format, and nothing else', async () => {
      const { address } = await listen();
      const { status, type, text } = await get(address);
      deepEqual([status, type], [200, 'text/plain; version=0.0.4; charset=utf-8']);
      equal(scrapedOf(text).get(FAILURES), 2);
      equal((await get(address, '/metrics?x=1')).status, 200);
      deepEqual(
        [
          (await get(address, '/')).status,
          (await get(address, '/metrics/../../etc/passwd')).status,
          (await get(address, '/metrics', {}, 'POST')).status,
        ],
        [404, 404, 405],
      );
      const head = await get(address, '/metrics', {}, 'HEAD');
      deepEqual([head.status, head.text], [200, '']);
    });

    it('does not answer under the name of another host, for a page could have it resolve to this one', async () => {
      const { address } = await listen();
      equal((await get(address, '/metrics', { Host: 'evil.test' })).status, 403);
      equal((await get(address, '/metrics', { Host: 'localhost:9090' })).status, 200);
    });

    it('wants the token where there is one, and then answers under any name', async () => {
      const { address } = await listen({ token: TOKEN });
      equal((await get(address)).status, 401);
      equal((await get(address, '/metrics', { Authorization: 'Bearer another-token' })).status, 401);
      const named = await get(address, '/metrics', { Authorization: `Bearer ${TOKEN}`, Host: 'host.example:9477' });
      equal(named.status, 200);
    });

    it('counts nothing twice for scrapes at the same time', async () => {
      const { address } = await listen();
      const answers = await Promise.all(Array.from({ length: 20 }, () => get(address)));
      equal(new Set(answers.map(({ text }) => JSON.stringify(cumulative(scrapedOf(text))))).size, 1);
      equal(scrapedOf(answers[0]?.text ?? '').get(FAILURES), 2);
    });

    it('answers 503 while there is no database, and counts the next one', async () => {
      const { address } = await listen();
      equal((await get(address)).status, 200);
      rmSync(db);
      const { status, text } = await get(address);
      equal(status, 503);
      match(text, /no database at/);
      writeHistory(db, {});
      equal(scrapedOf((await get(address)).text).get(FAILURES), 0);
    });

    it('keeps its counters in a private file, and goes on from them after a pruning', async () => {
      const first = await listen();
      await get(first.address);
      await first.close();
      listeners.length = 0;
      equal(statSync(`${db}-metrics`).mode & 0o777, 0o600);
      const database = openForWriting(db);
      const pruner = new Pruner(database, { retainUs: 1, maxBytes: undefined, sparePages: 0 });
      while (!pruner.work(usAt(50), 1_000));
      database.close();
      equal(scrapedOf((await get((await listen()).address)).text).get(FAILURES), 2);
    });

    it('begins at 0 after a pruning where they are lost, or of another history', async () => {
      const first = await listen();
      await get(first.address);
      await first.close();
      listeners.length = 0;
      const stored = readFileSync(`${db}-metrics`, 'utf8');
      const database = openForWriting(db);
      const pruner = new Pruner(database, { retainUs: 1, maxBytes: undefined, sparePages: 0 });
      while (!pruner.work(usAt(50), 1_000));
      database.close();
      const strange = stored.replace(/"metrics":.*/, '"metrics":{"labels":[],"totals":{}}}');
      for (const text of ['', '{', strange, 'null', '{"format":1}', stored.replace(/"uuid":"\w/, '"uuid":"x')]) {
        writeFileSync(`${db}-metrics`, text);
        const listener = await listen();
        equal(scrapedOf((await get(listener.address)).text).get(FAILURES), 0, text.slice(0, 20));
        await listener.close();
        listeners.length = 0;
        rmSync(`${db}-metrics`, { force: true });
      }
    });

    it('does without the file where it cannot be written', async () => {
      mkdirSync(`${db}-metrics`);
      const listener = await listen();
      equal((await get(listener.address)).status, 200);
      await listener.close();
      listeners.length = 0;
      deepEqual(
        readdirSync(join(db, '..')).filter((name) => name.includes('.part')),
        [],
      );
    });

    it('says which port is taken', async () => {
      const { address } = await listen();
      const port = Number(address.split(':').at(-1));
      await listen({ port }).then(
        () => ok(false, 'it listens'),
        (error: Error) => match(error.message, new RegExp(`127\\.0\\.0\\.1:${port} is taken`)),
      );
    });
  });
