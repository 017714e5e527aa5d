import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { AnswerPool } from '../../src/server/pool/answer-pool.js';
import { childrenOf } from '../lab/children.js';
import { writeCrowd } from '../lab/crowd.js';
import { usAt } from '../lab/history.js';
import { statusBytes } from '../lab/process-memory.js';
import { Served } from '../lab/served.js';
import { Stage } from '../lab/stage.js';
import { until } from '../lab/until.js';

const MANY = 20_000;
/** The crowd opens one every 100 us from the first second on, and each lives for a second: half of them exist here. */
const LARGE = `/api/ss?at=${usAt(2.99)}&limit=100000`;
const INFO = { route: 'info', parameters: {} };
/** What a client that does not read may cost: what is in the pipe, in the socket, and in the streams between. */
const MOST_UNREAD_BYTES = 8e6;

describe('readers that are slow', () => {
  const stage = new Stage();
  let db: string;
  let served: Served;
  before(async () => {
    db = join(await stage.directory(), 'crowd.db');
    writeCrowd(db, MANY);
    served = stage.use(await Served.start(db));
  });
  after(() => stage[Symbol.asyncDispose]());

  const residentBytes = (pid: number) => statusBytes(pid, 'VmRSS') ?? Number.NaN;
  const workers = () => childrenOf(served.pid).filter(({ words }) => words.includes('answer-process'));
  const writtenBy = (pid: number) => Number(/^wchar: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1] ?? 0);
  const writtenBytes = () => workers().reduce((sum, { pid }) => sum + writtenBy(pid), 0);

  /** An answer that is not read beyond its head. */
  const unread = async (path: string): Promise<IncomingMessage> => {
    const response = await served.open(path);
    response.pause();
    equal(response.statusCode, 200);
    return response;
  };

  it('get large answers in pieces, and cost no memory meanwhile', async () => {
    await served.json('/api/info');
    const [memory, written] = [residentBytes(served.pid), writtenBytes()];
    const response = await unread(LARGE);
    let before = -1;
    // It has come to rest when nothing more is written within a second.
    while (before !== writtenBytes()) {
      before = writtenBytes();
      await delay(1_000);
    }
    ok(before - written < MOST_UNREAD_BYTES, `${before - written} bytes were written for a client that does not read`);
    const grown = residentBytes(served.pid) - memory;
    ok(grown < 4 * MOST_UNREAD_BYTES, `the server has grown by ${grown} bytes`);
    let body = '';
    for await (const piece of response) body += String(piece);
    const { rows, total } = JSON.parse(body) as { rows: { connection_id: number }[]; total: number };
    deepEqual([rows.length, new Set(rows.map(({ connection_id }) => connection_id)).size], [total, total]);
    ok(total > 9_000 && body.length > 2 * MOST_UNREAD_BYTES, `${total} rows, ${body.length} bytes`);
  });

  it('are served by processes that end before the server where memory runs out', async () => {
    await served.json('/api/info');
    // One may be starting.
    await until('their scores', () =>
      workers().every(({ pid }) => readFileSync(`/proc/${pid}/oom_score_adj`, 'utf8') === '500\n'),
    );
  });

  it('keep no others waiting, however many there are', async () => {
    const responses: IncomingMessage[] = [];
    for (let count = 0; count < 3; count++) responses.push(await unread(LARGE));
    equal((await served.get('/api/info')).status, 200);
    equal((await served.get('/api/timeline?limit=5')).status, 200);
    for (const response of responses) response.destroy();
    await until('the end of their processes', () => workers().length <= 2);
  });

  for (const path of [`${LARGE}&format=csv`, '/api/log?limit=10000', '/api/timeline?limit=10000&width=50']) {
    it(`get all of it in the end: ${path.replace(/\?.*(?=format)|\?.*/, ' ')}`, async () => {
      const response = await unread(path);
      let body = '';
      for await (const piece of response) body += String(piece);
      if (path.includes('csv')) {
        ok(body.endsWith('\r\n'));
        ok(body.split('\r\n').length > 9_000);
        return;
      }
      const answer = JSON.parse(body) as { rows?: unknown[]; lanes?: unknown[] };
      equal((answer.rows ?? answer.lanes)?.length, 10_000);
    });
  }

  it('see that an answer is not complete, where its process ends', async () => {
    for (const path of [LARGE, `${LARGE}&format=csv`]) {
      const response = await unread(path);
      for (const { pid } of workers()) process.kill(pid, 'SIGKILL');
      await rejects(async () => {
        for await (const _ of response);
      }, path);
      await until('another process', async () => (await served.get('/api/info')).status === 200);
    }
  });

  it('are given up where they do not read at all', async () => {
    const pool = new AnswerPool({ file: db, workers: 1, withinMs: 20_000, graceMs: 0, pieceMs: 300 });
    const stays = new AbortController().signal;
    const parameters = { at: `${usAt(2.99)}`, limit: '100000' };
    const outcome = await pool.ask({ route: 'ss', parameters }, stays, () => new Promise(() => undefined));
    ok(typeof outcome === 'object');
    match(outcome.body.error.message, /not read in time/);
    equal(await pool.ask(INFO, stays, () => undefined), 'done');
    pool.close();
  });

  it('harm no later answer of the same process', async () => {
    const pool = new AnswerPool({ file: db, workers: 1, withinMs: 20_000, graceMs: 0, pieceMs: 300 });
    const stays = new AbortController().signal;
    // Two pieces: the process has written them before anyone takes them.
    const parameters = { limit: '300', width: '50' };
    const never = () => new Promise<void>(() => undefined);
    equal(await pool.ask({ route: 'timeline', parameters }, stays, never), 'done');
    const endMs = performance.now() + 1_000;
    while (performance.now() < endMs) equal(await pool.ask(INFO, stays, () => undefined), 'done');
    equal(
      await pool.ask({ route: 'timeline', parameters: { ...parameters, limit: '3000' } }, stays, () => undefined),
      'done',
    );
    pool.close();
  });

  it('do not use up the time that an answer may take to compute', async () => {
    const pool = new AnswerPool({ file: db, workers: 1, withinMs: 2_000, graceMs: 0 });
    const stays = new AbortController().signal;
    let pieces = 0;
    const parameters = { limit: '3000', width: '50' };
    const outcome = await pool.ask({ route: 'timeline', parameters }, stays, async () => {
      if (pieces++ < 3) await delay(1_000);
    });
    ok(pieces > 3, `${pieces} pieces`);
    equal(outcome, 'done');
    pool.close();
  });
});
