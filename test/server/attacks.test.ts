import { doesNotMatch, equal, match, notEqual, ok } from 'node:assert/strict';
import { connect } from 'node:net';
import { join } from 'node:path';
import { connectionOf, writeHistory } from '../lab/history.js';
import { Served } from '../lab/served.js';
import { Stage } from '../lab/stage.js';

const HOSTILE = '<img src=x onerror=alert(1)>';

describe('the server of the page, attacked', () => {
  const stage = new Stage();
  let served: Served;
  before(async () => {
    const db = join(await stage.directory(), 'history.db');
    writeHistory(db, { connections: [connectionOf(1, [[1, 'SYN-SENT']], { comm: HOSTILE })] });
    served = stage.use(await Served.start(db, '--allow-host', 'recorder.test'));
  });
  after(() => stage[Symbol.asyncDispose]());

  it('answers no request of a page that reached it by another name (DNS rebinding)', async () => {
    for (const host of [
      'evil.test',
      'evil.test:7070',
      '127.0.0.1.evil.test',
      'localhost.evil.test',
      '127.0.0.1@evil.test',
    ]) {
      for (const path of ['/', '/api/info', '/healthz']) {
        const { status, headers, body } = await served.get(path, { headers: { Host: host } });
        // 400: of what is no host at all.
        ok(status === 403 || (!/^[\w.:]+$/.test(host) && status === 400), `${host} ${path}: ${status}`);
        if (status === 403) match(String(headers['content-type']), /^text\/plain/);
        doesNotMatch(body, /span/);
      }
    }
  });

  it('does no work for HEAD, which no one reads', async () => {
    for (let n = 0; n < 70; n++) equal((await served.get('/api/stream', { method: 'HEAD' })).status, 405);
    const stream = await served.open('/api/stream');
    equal(stream.statusCode, 200);
    stream.destroy();
  });

  it('answers to the names of this host on any port, and to those of --allow-host', async () => {
    for (const host of ['127.0.0.1', '127.0.0.1:1234', '[::1]:80', 'localhost:9', 'LOCALHOST', 'recorder.test:443']) {
      equal((await served.get('/api/info', { headers: { Host: host } })).status, 200, host);
    }
  });

  it('answers no page of another site or of another port, even with the token', async () => {
    const foreign: Record<string, string>[] = [
      { 'Sec-Fetch-Site': 'cross-site' },
      { 'Sec-Fetch-Site': 'same-site' },
      { Origin: 'https://evil.test' },
      { Origin: 'http://127.0.0.1:9999' },
      { Origin: 'http://localhost:9999', 'Sec-Fetch-Site': 'same-site' },
      { Origin: 'null' },
    ];
    for (const headers of foreign) {
      const response = await served.get('/api/info', { headers });
      equal(response.status, 403, JSON.stringify(headers));
      doesNotMatch(response.body, /span/);
    }
  });

  it('answers its own page', async () => {
    const own = [
      { 'Sec-Fetch-Site': 'same-origin', Origin: `http://${served.host}` },
      { 'Sec-Fetch-Site': 'none' },
      {},
    ];
    for (const headers of own) equal((await served.get('/api/info', { headers })).status, 200);
  });

  it('never allows another origin to read, and answers no preflight', async () => {
    for (const method of ['GET', 'OPTIONS', 'POST', 'HEAD']) {
      for (const path of ['/', '/api/info', '/api/sql', '/healthz']) {
        const headers = { Origin: 'https://evil.test', 'Access-Control-Request-Method': 'POST' };
        const response = await served.get(path, { method, headers });
        for (const name of Object.keys(response.headers)) doesNotMatch(name, /^access-control/i);
        if (method === 'OPTIONS') notEqual(response.status, 200);
      }
    }
  });

  it('gives another local user nothing without the token', async () => {
    const wrong = [undefined, 'Bearer ', 'Bearer x', `Bearer ${served.token}x`, `Basic ${served.token}`, served.token];
    for (const authorization of wrong) {
      for (const path of ['/api/info', '/api/stream', '/api/openapi.json', '/api/nothing', '/api/ss?format=csv']) {
        const headers: Record<string, string> = authorization === undefined ? {} : { Authorization: authorization };
        const { status, body } = await served.get(path, { anonymous: true, headers });
        equal(status, 401, `${authorization} ${path}`);
        match(body, /"no-token"/);
      }
      const { status } = await served.get('/api/sql', { method: 'POST', anonymous: true, body: '{"sql":"SELECT 1"}' });
      equal(status, 401);
    }
  });

  it('takes the token from no place but the header', async () => {
    const path = `/api/info?token=${served.token}&access_token=${served.token}`;
    equal((await served.get(path, { anonymous: true, headers: { Cookie: `token=${served.token}` } })).status, 401);
  });

  it('needs no token for its health and for the page, which have no data', async () => {
    equal((await served.get('/healthz', { anonymous: true })).body, 'ok\n');
    const page = await served.get('/', { anonymous: true });
    ok(page.status === 200 || page.status === 503);
    ok(!page.body.includes(served.token));
  });

  it('sends what a process calls itself as JSON, and lets no browser take it for a page', async () => {
    for (const path of [
      '/api/timeline',
      '/api/ss',
      '/api/explain',
      '/api/complete?filter=comm',
      '/api/ss?format=csv',
    ]) {
      const { status, headers } = await served.get(path);
      equal(status, 200, path);
      match(String(headers['content-type']), /^(?:application\/(?:json|x-ndjson)|text\/csv); charset=utf-8$/);
      equal(headers['x-content-type-options'], 'nosniff');
    }
    const { lanes } = await served.json<{ lanes: { comm: string }[] }>('/api/timeline');
    equal(lanes[0]?.comm, HOSTILE);
  });

  it('sends errors with what was typed as JSON too', async () => {
    const { status, headers, body } = await served.get(`/api/timeline?filter=${encodeURIComponent(`dst ${HOSTILE}`)}`);
    equal(status, 400);
    match(String(headers['content-type']), /^application\/json/);
    match(body, /"place"/);
  });

  it('restricts what its page may load and who may frame it', async () => {
    for (const path of ['/', '/api/info', '/nothing']) {
      const { headers } = await served.get(path);
      match(String(headers['content-security-policy']), /^default-src 'self';/);
      doesNotMatch(String(headers['content-security-policy']), /unsafe|\*|http/);
      equal(headers['referrer-policy'], 'no-referrer');
      equal(headers['cross-origin-opener-policy'], undefined);
    }
  });

  it('serves no file outside the page', async () => {
    const paths = [
      ...['/../package.json', '/../../../../../../etc/passwd', '/%2e%2e/%2e%2e/package.json', '/..%2fpackage.json'],
      ...['//etc/passwd', '/./index.html/../../server/server.js', '/assets/../../server/server.js', '/.git/config'],
      ...['/index.html%00.js', '/..\\..\\package.json', '/%5c..%5cpackage.json', '/%c0%ae%c0%ae/package.json'],
    ];
    for (const path of paths) {
      const { status, body } = await served.get(path);
      ok([400, 403, 404].includes(status), `${path}: ${status}`);
      doesNotMatch(body, /root:|"dependencies"|import /);
    }
  });

  it('bounds what it reads', async () => {
    const long = 'x'.repeat(100_000);
    equal((await served.get(`/api/timeline?filter=${long}`)).status, 431);
    equal((await served.get(`/api/timeline?filter=${long.slice(0, 9_000)}`)).status, 400);
    const sql = JSON.stringify({ sql: `SELECT '${long}'` });
    equal((await served.get('/api/sql', { method: 'POST', body: sql })).status, 413);
    equal((await served.get('/api/sql', { method: 'POST', body: '[1,2' })).status, 400);
    const many = Array.from({ length: 900 }, (_, number) => `dst 10.0.0.1 or sport ${number}`).join(' ');
    equal((await served.get(`/api/timeline?filter=${encodeURIComponent(many.slice(0, 8_000))}`)).status, 400);
    equal((await served.get('/api/info')).status, 200);
  });

  it('goes on after what is no HTTP', async () => {
    const [host = '', port] = served.host.split(':');
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), host, () => socket.end(`\u0000\u0001 nonsense\r\n\r\n${'y'.repeat(1_000)}`));
      socket
        .on('close', () => resolve())
        .on('error', () => resolve())
        .resume();
    });
    equal((await served.get('/healthz')).status, 200);
  });

  it('refuses numbers and choices that are none', async () => {
    const bad = [
      'timeline?width=-1',
      'timeline?width=1e3',
      'timeline?group=x',
      'timeline?sort=__proto__',
      'ss?columns=nope',
    ];
    for (const path of [...bad, 'explain?tz=../../etc', 'timeline?from=nonsense', 'connection/0', 'diff?first=start'])
      equal((await served.get(`/api/${path}`)).status, 400, path);
    equal((await served.get('/api/connection/77')).status, 404);
    equal((await served.get('/api/constructor')).status, 404);
  });
});
