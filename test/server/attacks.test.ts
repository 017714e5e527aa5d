import { deepEqual, doesNotMatch, equal, match, notEqual, ok } from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { connectionOf, writeHistory } from '../lab/history.js';
import { Served } from '../lab/served.js';
import { Stage } from '../lab/stage.js';
import { until } from '../lab/until.js';

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

  /** What comes back for bytes that are sent as they are, until the server closes the connection. */
  const raw = (bytes: string) =>
    new Promise<string>((resolve) => {
      const [host = '', port] = served.host.split(':');
      let answer = '';
      const socket = connect(Number(port), host, () => socket.write(bytes));
      socket
        .on('data', (piece: Buffer) => {
          answer += piece.toString();
        })
        .on('close', () => resolve(answer))
        .on('error', () => resolve(answer));
    });
  const statusesIn = (answer: string) =>
    [...answer.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status]) => Number(status));

  it('goes on after what is no HTTP', async () => {
    deepEqual(statusesIn(await raw(`\u0000\u0001 nonsense\r\n\r\n${'y'.repeat(1_000)}`)), [400]);
    equal((await served.get('/healthz')).status, 200);
  });

  it('takes no trick with the port or the form of Host for the name of this host', async () => {
    const hosts = [
      ...['127.0.0.1:evil.test', '127.0.0.1:80:80', '127.0.0.1:', '127.0.0.1:123456', '127.0.0.1.', '127.1', '0.0.0.0'],
      ...['localhost.', 'localhost:80@evil.test', 'evil.test#localhost', 'localhost/evil.test', 'localhost evil.test'],
      ...['2130706433', '0x7f000001', '0177.0.0.1', '127.0.0.2', '[::ffff:127.0.0.1]', '[::]', '::1', '[::1', '[::1]x'],
      ...['[::1%lo]', '[0:0:0:0:0:0:0:1]', 'xn--localhost-', 'recorder.test.evil.test', 'x.recorder.test', ' ', ','],
    ];
    for (const host of hosts) {
      const { status, body } = await served.get('/api/info', { headers: { Host: host } });
      ok(status === 403 || status === 400, `${host}: ${status}`);
      doesNotMatch(body, /span/);
    }
  });

  it('answers no request with two hosts or without one, and none that hides another one', async () => {
    const token = `Authorization: Bearer ${served.token}\r\nConnection: close\r\n`;
    const host = `Host: ${served.host}\r\n`;
    const hidden = `GET /api/info HTTP/1.1\r\nHost: evil.test\r\n${token}\r\n`;
    const requests: readonly (readonly [name: string, bytes: string])[] = [
      ['no Host', `GET /api/info HTTP/1.1\r\n${token}\r\n`],
      ['two hosts', `GET /api/info HTTP/1.1\r\n${host}Host: evil.test\r\n${token}\r\n`],
      ['two hosts, the other first', `GET /api/info HTTP/1.1\r\nHost: evil.test\r\n${host}${token}\r\n`],
      [
        'an absolute address of another host',
        `GET http://evil.test/api/info HTTP/1.1\r\nHost: evil.test\r\n${token}\r\n`,
      ],
      ['a folded header', `GET /api/info HTTP/1.1\r\nHost: evil.test\r\n ${served.host}\r\n${token}\r\n`],
      ['a space before the colon', `GET /api/info HTTP/1.1\r\nHost : ${served.host}\r\n${token}\r\n`],
      [
        'a length and chunks',
        `POST /api/sql HTTP/1.1\r\n${host}${token}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`,
      ],
      [
        'two lengths',
        `POST /api/sql HTTP/1.1\r\n${host}${token}Content-Length: 0\r\nContent-Length: 9\r\n\r\n${hidden}`,
      ],
      ['an unknown encoding', `POST /api/sql HTTP/1.1\r\n${host}${token}Transfer-Encoding: xchunked\r\n\r\n${hidden}`],
    ];
    for (const [name, bytes] of requests) {
      const answer = await raw(bytes);
      const statuses = statusesIn(answer);
      ok(statuses.length <= 1 && statuses.every((status) => status === 400 || status === 403), `${name}: ${statuses}`);
      doesNotMatch(answer, /"span"/, name);
    }
  });

  it('lets no line break of a request into the headers of an answer', async () => {
    for (const path of [
      '/api/ss?format=csv%0d%0aSet-Cookie:%20a=1',
      '/api/timeline?filter=%0d%0aSet-Cookie:%20a=1',
      '/%0d%0aSet-Cookie:%20a=1',
      '/api/connection/1%0d%0aSet-Cookie:%20a=1?format=csv',
    ]) {
      const { status, headers } = await served.get(path);
      ok(status >= 400, `${path}: ${status}`);
      equal(headers['set-cookie'], undefined);
    }
  });

  it('has no token in what it answers, redirects or refuses', async () => {
    for (const path of [
      '/',
      `/?token=${served.token}`,
      '/api/info',
      '/api/nothing',
      '/nothing',
      '/metrics',
      '/healthz',
    ]) {
      for (const anonymous of [true, false]) {
        const { body, headers } = await served.get(path, { anonymous });
        ok(!`${body}${JSON.stringify(headers)}`.includes(served.token), path);
        equal(headers.location, undefined);
      }
    }
  });

  it('answers no request with a very long address, and no very long header', async () => {
    const long = 'x'.repeat(1_000_000);
    for (const path of [`/${long}`, `/api/ss?at=${long}`]) equal((await served.get(path)).status, 431);
    equal((await served.get('/api/info', { headers: { 'X-Long': long } })).status, 431);
    const many = Object.fromEntries(Array.from({ length: 3_000 }, (_, at) => [`X-${at}`, 'y']));
    ok((await served.get('/api/info', { headers: many })).status !== 200);
    const parameters = Array.from({ length: 2_000 }, (_, at) => `p${at}=1`).join('&');
    ok([200, 431].includes((await served.get(`/api/info?${parameters}`)).status));
    equal((await served.get('/healthz')).status, 200);
  });

  it('has no more than 64 streams, and takes another one when one ends', async () => {
    const streams = await Promise.all(Array.from({ length: 70 }, () => served.open('/api/stream')));
    const statuses = streams.map(({ statusCode }) => statusCode);
    deepEqual(
      [statuses.filter((each) => each === 200).length, statuses.filter((each) => each === 503).length],
      [64, 6],
    );
    equal((await served.get('/api/info')).status, 200);
    for (const stream of streams.slice(0, 35)) stream.destroy();
    await until('room for a stream', async () => {
      const stream = await served.open('/api/stream');
      stream.destroy();
      return stream.statusCode === 200;
    });
    for (const stream of streams) stream.destroy();
  });

  it('answers others again where connections send their requests byte by byte, or nothing (slow loris)', async () => {
    const [host = '', port] = served.host.split(':');
    const sockets = await Promise.all(
      Array.from(
        { length: 256 },
        (_, at) =>
          new Promise<Socket>((resolve, reject) => {
            const socket = connect(Number(port), host, () => resolve(socket));
            socket.on('error', reject).resume();
            // Some have sent a part of a request.
            if (at % 2 === 0) socket.write(`GET /api/info HTTP/1.1\r\nHost: ${served.host}\r\nX-`);
          }),
      ),
    );
    for (const socket of sockets) if (socket.writable) socket.write('a');
    // They are all that it accepts, until it gives them up.
    const answered = () =>
      served.get('/api/info').then(
        ({ status }) => status === 200,
        () => false,
      );
    await until('an answer', answered);
    for (const socket of sockets) socket.destroy();
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
