import { deepEqual, doesNotMatch, equal, match, notEqual, ok, throws } from 'node:assert/strict';
import { chownSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { requireServeFlags } from '../../../src/cli/commands/serve.js';
import { listenAddress } from '../../../src/cli/serve/listen-address.js';
import { childrenOf } from '../../lab/children.js';
import { connectionOf, writeHistory } from '../../lab/history.js';
import { Served } from '../../lab/served.js';
import { MAIN, Recorder, sstory } from '../../lab/sstory.js';
import { Stage } from '../../lab/stage.js';
import { until } from '../../lab/until.js';

const NOBODY = 65_534;

describe('sstory serve', () => {
  const stage = new Stage();
  let directory: string;
  let db: string;
  before(async () => {
    directory = await stage.directory();
    await chmod(directory, 0o755);
    db = join(directory, 'history.db');
    writeHistory(db, { connections: [connectionOf(1, [[1, 'SYN-SENT']])] });
  });
  after(() => stage[Symbol.asyncDispose]());

  it('prints its address with a token of its own, and sstory url prints it again', async () => {
    const one = await Served.start(db);
    match(one.url, /^http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]{32}$/);
    const other = stage.use(await Served.start(db));
    notEqual(one.token, other.token);
    const { stdout } = await sstory('url', '--db', db);
    deepEqual(stdout.split('\n').sort(), [one.url, other.url].sort());
    await one[Symbol.asyncDispose]();
    equal((await sstory('url', '--db', db)).stdout, other.url);
  });

  it('does not print the address of a server that was killed', async () => {
    const path = join(directory, 'killed.db');
    writeHistory(path, {});
    const served = await Served.start(path);
    process.kill(served.pid, 'SIGKILL');
    await until('its end', async () => (await sstory('url', '--db', path)).exitCode === 1);
    match((await sstory('url', '--db', path)).stderr, /no server of .*killed\.db runs/);
    await served[Symbol.asyncDispose]();
  });

  it('says in one line that its port is taken, and what to do', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await until('a port', () => server.listening);
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const { exitCode, stdout, stderr } = await sstory('serve', '--db', db, '--listen', `127.0.0.1:${port}`);
    server.close();
    deepEqual([exitCode, stdout], [2, '']);
    match(
      stderr,
      new RegExp(`^sstory: 127\\.0\\.0\\.1:${port} is taken.*\n  .*--listen 127\\.0\\.0\\.1:0 takes any free port$`),
    );
  });

  it('listens where others can reach it only with a token that was chosen, and explains the tunnel', async () => {
    const { exitCode, stderr } = await sstory('serve', '--db', db, '--listen', '0.0.0.0:7070');
    equal(exitCode, 2);
    match(stderr, /--token-file/);
    match(stderr, /ssh -L 7070:127\.0\.0\.1:7070/);
    for (const address of ['10.1.2.3', '[::]:7070', '[fe80::1]:7070'])
      throws(() => requireServeFlags(['--listen', address]), /--token-file/, address);
    const file = join(directory, 'token');
    await writeFile(file, 'short\n');
    match((await sstory('serve', '--db', db, '--listen', '0.0.0.0:0', '--token-file', file)).stderr, /is no token/);
    await writeFile(file, `${'t'.repeat(32)}\n`);
    const served = stage.use(await Served.start(db, '--token-file', file));
    equal(served.token, 't'.repeat(32));
    equal((await served.get('/api/info')).status, 200);
  });

  it('rejects addresses that are none, and files that are none', async () => {
    match((await sstory('serve', '--db', db, '--listen', 'host:99')).stderr, /invalid address "host:99"/);
    for (const address of [
      '127.0.0.1:99999',
      '::1:80',
      'a.b.c',
      '[::1',
      '127.0.0.1:',
      '127.0.0.1:-1',
      '[::1]:80:80',
      '',
    ])
      throws(() => listenAddress(address), /invalid address/, address);
    match((await sstory('serve', '--db', join(directory, 'none.db'))).stderr, /no database/);
  });

  it('listens on the loopback of IPv6, and answers its page and no other there', async () => {
    const served = stage.use(await Served.start(db, '--listen', '[::1]:0'));
    match(served.url, /^http:\/\/\[::1\]:\d+\/#token=/);
    const own = { Origin: `http://${served.host}`, 'Sec-Fetch-Site': 'same-origin' };
    equal((await served.get('/api/info', { headers: own })).status, 200);
    equal((await served.get('/api/info', { headers: { Origin: 'http://[::1]:1' } })).status, 403);
    equal((await served.get('/api/info', { headers: { Host: '[::2]' } })).status, 403);
    equal((await sstory('url', '--db', db)).stdout.split('\n').includes(served.url), true);
  });

  it('leaves the database as it is', async () => {
    const before = statSync(db);
    const served = await Served.start(db);
    await served.get('/api/timeline');
    await served.get('/api/explain');
    await served[Symbol.asyncDispose]();
    deepEqual([statSync(db).mtimeMs, statSync(db).size], [before.mtimeMs, before.size]);
  });

  describe('started by root', () => {
    before(function () {
      if (process.getuid?.() !== 0) this.skip();
    });

    const statusOf = (pid: number | string) => readFileSync(`/proc/${pid}/status`, 'utf8');
    const threadsOf = (pid: number) =>
      readdirSync(`/proc/${pid}/task`).map((thread) => statusOf(`${pid}/task/${thread}`));
    const field = (status: string, name: string) => new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(status)?.[1];

    for (const uid of [0, NOBODY]) {
      it(`runs as the owner of the file (${uid}), without any capability in any thread, and cannot gain one`, async () => {
        const path = join(directory, `of-${uid}.db`);
        writeHistory(path, {});
        chownSync(path, uid, uid);
        const served = stage.use(await Served.start(path));
        equal((await served.get('/api/info')).status, 200);
        for (const status of threadsOf(served.pid)) {
          deepEqual(field(status, 'Uid')?.split('\t'), Array(4).fill(`${uid}`));
          deepEqual(field(status, 'Gid')?.split('\t'), Array(4).fill(`${uid}`));
          for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'])
            equal(field(status, set), '0'.repeat(16), set);
          equal(field(status, 'NoNewPrivs'), '1');
          equal(
            field(status, 'Groups')
              ?.trim()
              .split(' ')
              .filter((group) => group !== '' && group !== `${uid}`).length,
            0,
          );
        }
        equal((await sstory('url', '--db', path)).stdout, served.url);
      });
    }

    it('keeps its address from other users', async () => {
      const served = stage.use(await Served.start(db));
      const asOther = await execa(process.execPath, [MAIN, 'url', '--db', db], {
        reject: false,
        uid: NOBODY,
        gid: NOBODY,
      });
      equal(asOther.exitCode, 1);
      ok(!asOther.stdout.includes(served.token) && !asOther.stderr.includes(served.token));
      const read = await execa('grep', ['-rs', served.token, '/run/sstory', join(tmpdir(), 'sstory-0')], {
        ...{ reject: false, uid: NOBODY, gid: NOBODY },
      });
      equal(read.stdout, '');
    });

    it('does not start where the owner of the file cannot read it', async () => {
      const closed = join(directory, 'closed');
      await mkdir(closed, { mode: 0o700 });
      const path = join(closed, 'history.db');
      writeHistory(path, {});
      chownSync(path, NOBODY, NOBODY);
      const { exitCode, stderr } = await sstory('serve', '--db', path, '--listen', '127.0.0.1:0');
      equal(exitCode, 2);
      match(stderr, /belongs to user 65534, who cannot read/);
    });

    it('reads a file of root in a directory that is closed to root without capabilities', async () => {
      const home = join(directory, 'home');
      await mkdir(home, { mode: 0o700 });
      chownSync(home, NOBODY, NOBODY);
      const path = join(home, 'history.db');
      writeHistory(path, {});
      const served = stage.use(await Served.start(path));
      equal((await served.get('/api/info')).status, 200);
      equal(field(statusOf(served.pid), 'CapPrm'), '0000000000000004');
    });
  });
});

describe('sstory record --serve', () => {
  const stage = new Stage();
  after(() => stage[Symbol.asyncDispose]());
  before(function () {
    if (process.getuid?.() !== 0) this.skip();
  });

  const addressIn = (said: string) => /the page is at (\S+)/.exec(said)?.[1];
  const pageOf = async (recorder: Recorder) =>
    until(
      'the page',
      () => addressIn(recorder.said),
      () => recorder.said,
    );

  it('serves the page from a process that ends with it, however it ends', async () => {
    const db = join(await stage.directory(), 'host.db');
    const recorder = await Recorder.start(db, '--source', 'diag', '--no-names', '--serve', '127.0.0.1:0');
    const url = await pageOf(recorder);
    const health = async () => (await fetch(new URL('/healthz', url)).catch(() => undefined))?.ok === true;
    ok(await health());
    equal((await sstory('url', '--db', db)).stdout, url);
    await recorder.kill();
    await until('the end of the page', async () => !(await health()));
  });

  it('goes on without the page, and starts it again with the same address', async () => {
    const db = join(await stage.directory(), 'host.db');
    await using recorder = await Recorder.start(db, '--source', 'diag', '--no-names', '--serve', '127.0.0.1:0');
    const url = await pageOf(recorder);
    const page = childrenOf(recorder.pid ?? 0).find(({ words }) => words.includes('serve'));
    process.kill(page?.pid ?? 0, 'SIGKILL');
    await until('a note', () => recorder.said.includes('the page was killed: it is started again in 1 s'));
    await until('the page again', async () => (await sstory('url', '--db', db)).stdout === url);
  });

  it('ends both at Ctrl-C, which reaches both, without a word of a restart', async () => {
    const db = join(await stage.directory(), 'host.db');
    const recorder = await Recorder.start(db, '--source', 'diag', '--no-names', '--serve', '127.0.0.1:0');
    await pageOf(recorder);
    const page = childrenOf(recorder.pid ?? 0).find(({ words }) => words.includes('serve'));
    const ended = recorder.stop();
    process.kill(page?.pid ?? 0, 'SIGINT');
    equal((await ended).exitCode, 0);
    doesNotMatch(recorder.said, /started again/);
  });

  it('records without the page where its port is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await until('a port', () => server.listening);
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const db = join(await stage.directory(), 'host.db');
    await using recorder = await Recorder.start(db, '--source', 'diag', '--no-names', '--serve', `:${port}`);
    await until(
      'a note',
      () => recorder.said.includes('recording goes on without it'),
      () => recorder.said,
    );
    server.close();
    equal((await recorder.stop()).exitCode, 0);
  });
});
