import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { join } from 'node:path';
import { childrenOf } from '../lab/children.js';
import { connectionOf, writeHistory } from '../lab/history.js';
import { Served } from '../lab/served.js';
import { Stage } from '../lab/stage.js';
import { until } from '../lab/until.js';

const ENDLESS = 'WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT';

describe('SQL of the page', () => {
  const stage = new Stage();
  let served: Served;
  before(async () => {
    const db = join(await stage.directory(), 'history.db');
    writeHistory(db, { connections: [connectionOf(1, [[1, 'SYN-SENT']]), connectionOf(2, [[2, 'SYN-SENT']])] });
    served = stage.use(await Served.start(db));
  });
  after(() => stage[Symbol.asyncDispose]());

  const ask = (sql: string, query = '') =>
    served.lines(`/api/sql${query}`, { method: 'POST', body: JSON.stringify({ sql }) });
  /** Processes of the server that run queries. */
  const queryProcesses = () => childrenOf(served.pid).filter(({ words }) => words.includes('query-process'));

  it('answers columns, rows and the end', async () => {
    const lines = await ask("SELECT id, comm, 1 << 60 AS big, x'00ff' AS bytes, 0.5, NULL FROM connections");
    deepEqual(lines.slice(0, 2), [
      { columns: ['id', 'comm', 'big', 'bytes', '0.5', 'NULL'] },
      {
        rows: [
          [1, 'java', '1152921504606846976', "x'00ff'", 0.5, null],
          [2, 'java', '1152921504606846976', "x'00ff'", 0.5, null],
        ],
      },
    ]);
    const { rows, limit } = endOf(lines);
    deepEqual([lines.length, rows, limit], [3, 2, null]);
  });

  it('has the functions of sstory sql', async () => {
    const lines = await ask("SELECT count(*) FROM ss('state syn-sent')");
    deepEqual(lines[1], { rows: [[2]] });
  });

  it('stops at 10,000 rows, and says so', async () => {
    const lines = await ask(`${ENDLESS} n FROM t`);
    const rows = lines.flatMap((line) => (line['rows'] as unknown[] | undefined) ?? []);
    equal(rows.length, 10_000);
    equal(endOf(lines).limit, 'rows');
  });

  it('writes nothing', async () => {
    for (const sql of ['DELETE FROM socket', "ATTACH '/tmp/x.db' AS x", 'PRAGMA journal_mode = DELETE', 'VACUUM']) {
      const [line] = await ask(sql);
      match(JSON.stringify(line), /"error"/, sql);
    }
    deepEqual((await ask('SELECT count(*) FROM connections'))[1], { rows: [[2]] });
  });

  it('reports an error with its place', async () => {
    const [line] = await ask('SELECT nothing FROM connections');
    deepEqual((line?.['error'] as { place?: object } | undefined)?.place, {
      ...{ input: 'SELECT nothing FROM connections', at: 7, length: 1 },
    });
    equal((await served.get('/api/sql', { method: 'POST', body: '{"sql":"SELECT 1; SELECT 2"}' })).status, 400);
    equal((await served.get('/api/sql', { method: 'POST', body: '{"sql":" ; "}' })).status, 400);
    equal((await served.get('/api/sql')).status, 404);
  });

  it('is CSV too', async () => {
    const body = JSON.stringify({ sql: "SELECT id, '=1+1' AS text FROM connections" });
    const response = await served.get('/api/sql?format=csv', { method: 'POST', body });
    equal(response.body, "id,text\r\n1,'=1+1\r\n2,'=1+1\r\n");
  });

  it('is stopped at once when its client is gone, and keeps no other request waiting', async () => {
    const body = JSON.stringify({ sql: `${ENDLESS} count(*) FROM t` });
    const response = served.get('/api/sql', { method: 'POST', body }).catch(() => undefined);
    await until('the query', () => queryProcesses().length > 0);
    equal((await served.get('/api/info')).status, 200);
    const client = await served.open('/api/sql', { method: 'POST', body });
    const running = queryProcesses().length;
    client.destroy();
    await until('its process to end', () => queryProcesses().length < running);
    void response;
  });

  it('bounds how many run at once', async () => {
    const body = JSON.stringify({ sql: `${ENDLESS} count(*) FROM t` });
    const clients = await Promise.all(
      Array.from({ length: 6 }, () => served.open('/api/sql', { method: 'POST', body })),
    );
    const statuses = clients.map(({ statusCode }) => statusCode);
    ok(statuses.includes(503), statuses.join(' '));
    for (const client of clients) client.destroy();
    equal((await served.get('/api/info')).status, 200);
  });
});

/** The last line of an answer. */
function endOf(lines: readonly Record<string, unknown>[]): { rows?: number; limit?: string | null } {
  return lines.at(-1)?.['end'] ?? {};
}
