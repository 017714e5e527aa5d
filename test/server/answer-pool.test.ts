import { deepEqual, equal, ok, rejects } from 'node:assert/strict';
import { join } from 'node:path';
import { AnswerPool } from '../../src/server/pool/answer-pool.js';
import { connectionOf, writeHistory } from '../lab/history.js';
import { Stage } from '../lab/stage.js';
import { until } from '../lab/until.js';

const INFO = { route: 'info', parameters: {} };
/** Its process ends by itself: a request that no process can answer. */
const NO_ROUTE = { route: 'constructor', parameters: {} };
const stays = new AbortController().signal;

describe('processes that answer', () => {
  const stage = new Stage();
  let file: string;
  const pools: AnswerPool[] = [];
  const poolOf = (options: { workers?: number; withinMs?: number; graceMs?: number } = {}) => {
    const pool = new AnswerPool({ file, workers: 2, withinMs: 20_000, graceMs: 0, ...options });
    pools.push(pool);
    return pool;
  };
  before(async () => {
    file = join(await stage.directory(), 'history.db');
    const connections = Array.from({ length: 3_000 }, (_, at) => connectionOf(at + 1, [[at / 100, 'SYN-SENT']]));
    writeHistory(file, { connections });
  });
  after(async () => {
    for (const pool of pools) pool.close();
    await stage[Symbol.asyncDispose]();
  });

  it('answer many requests, whatever their number is', async () => {
    const pool = poolOf();
    const answers = await Promise.all(
      Array.from({ length: 20 }, async () => {
        let text = '';
        const outcome = await pool.ask(INFO, stays, (piece) => {
          text += piece;
        });
        return [outcome, (JSON.parse(text) as { connections: number }).connections];
      }),
    );
    ok(answers.every(([outcome, connections]) => outcome === 'done' && connections === 3_000));
  });

  it('report a failure as the page shows it', async () => {
    const outcome = await poolOf().ask({ route: 'connection', parameters: { id: '77777' } }, stays, () => undefined);
    ok(typeof outcome === 'object');
    deepEqual([outcome.status, outcome.body.error.code], [404, 'no-connection']);
    const bug = await poolOf().ask(NO_ROUTE, stays, () => undefined);
    ok(typeof bug === 'object' && bug.status === 500);
  });

  it('are killed where an answer takes too long, and the next one is answered', async () => {
    const pool = poolOf({ workers: 1, withinMs: 1 });
    const outcome = await pool.ask({ route: 'timeline', parameters: {} }, stays, () => undefined);
    ok(typeof outcome === 'object');
    deepEqual([outcome.status, outcome.body.error.code], [503, 'too-long']);
    const patient = poolOf({ workers: 1 });
    equal(await patient.ask(INFO, stays, () => undefined), 'done');
  });

  it('end what no one waits for any more, and go on with what waits', async () => {
    const pool = poolOf({ workers: 1 });
    const gone = new AbortController();
    const pieces: string[] = [];
    const first = pool.ask({ route: 'timeline', parameters: {} }, gone.signal, (piece) => {
      pieces.push(piece);
    });
    const waiting = new AbortController();
    const second = pool.ask(INFO, waiting.signal, () => undefined);
    const third = pool.ask(INFO, stays, () => undefined);
    waiting.abort();
    gone.abort();
    deepEqual(await Promise.all([first, second, third]), ['killed', 'killed', 'done']);
    deepEqual(pieces, []);
    equal(await pool.ask(INFO, gone.signal, () => undefined), 'killed');
  });

  it('let an answer be finished for a while: the next one may need what it has read', async () => {
    const pool = poolOf({ workers: 1, graceMs: 20_000 });
    const gone = new AbortController();
    const first = pool.ask({ route: 'timeline', parameters: {} }, gone.signal, () => undefined);
    gone.abort();
    equal(await first, 'killed');
    equal(await pool.ask({ route: 'timeline', parameters: {} }, stays, () => undefined), 'done');
  });

  it('do not let requests pile up', async () => {
    const pool = poolOf({ workers: 1 });
    const asked = Array.from({ length: 200 }, () => pool.ask(INFO, stays, () => undefined));
    const results = await Promise.allSettled(asked);
    const refused = results.filter(({ status }) => status === 'rejected');
    ok(refused.length > 50 && refused.length < 200);
    await rejects(Promise.all(asked), { code: 'busy' });
  });

  it('are started again after one was killed', async () => {
    const pool = poolOf({ workers: 1 });
    equal(await pool.ask(INFO, stays, () => undefined), 'done');
    const gone = new AbortController();
    const first = pool.ask({ route: 'explain', parameters: {} }, gone.signal, () => undefined);
    gone.abort();
    await first;
    equal(await until('an answer', async () => (await pool.ask(INFO, stays, () => undefined)) === 'done'), true);
  });
});
