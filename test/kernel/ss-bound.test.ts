/** Sockets that are bound and nothing more: the kernel reports them since Linux 6.8, and newer releases of ss show them. */
import { deepEqual, match } from 'node:assert/strict';
import { release } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { insideNetns } from '../../src/sys/netns.js';
import type { Netns } from '../lab/netns.js';
import { requireRoot } from '../lab/privileges.js';
import { closeSocket, connectTo, listenAt, makeSocket, OPTIONS } from '../lab/socket-calls.js';
import { MAIN, query, Recorder } from '../lab/sstory.js';
import { Stage } from '../lab/stage.js';
import { until } from '../lab/until.js';

const LOCAL = '127.0.0.1';
const [major = 0, minor = 0] = release().split('.').map(Number);

describe('a socket that is bound and nothing more', () => {
  const stage = new Stage();
  let place: Netns;
  const fds: number[] = [];

  before(async function () {
    requireRoot(this);
    if (major < 6 || (major === 6 && minor < 8)) this.skip();
    place = await stage.netns();
    insideNetns(place.path, () => fds.push(listenAt(LOCAL, 80), makeSocket(LOCAL, 7_777)));
  });
  after(async () => {
    for (const fd of fds) closeSocket(fd);
    await stage[Symbol.asyncDispose]();
  });

  /** The local ports in a listing, with the states if they are shown. */
  async function listed(...words: string[]): Promise<string[]> {
    const { stdout } = await execa(...place.inside(process.execPath, MAIN, '-tnH', ...words));
    return stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.replace(/^([A-Z]*) *.*127\.0\.0\.1:(\d+) .*/, '$1 $2').trim())
      .sort();
  }

  it('is listed with -B, and by the name of its state', async () => {
    for (const words of ['-B', '-laB', '--bound-inactive', 'state bound-inactive', '-B sport = :7777']) {
      deepEqual(await listed(...words.split(' ')), ['7777'], words);
    }
  });

  it('is shown as UNCONN, next to others', async () => {
    deepEqual(await listed('state', 'listening', 'state', 'bound-inactive'), ['LISTEN 80', 'UNCONN 7777']);
  });

  it('is not listed with -l, by other states, or where it is excluded', async () => {
    deepEqual(await listed('-l'), ['LISTEN 80']);
    deepEqual(await listed('-Bl'), ['LISTEN 80']);
    deepEqual(await listed('state', 'unconnected'), []);
    deepEqual(await listed('state', 'all', 'exclude', 'bound-inactive'), ['LISTEN 80']);
  });
});

describe('a socket that is bound and nothing more, over the past', () => {
  const stage = new Stage();
  let place: Netns;
  let db = '';
  const fds: number[] = [];
  const bind = (...args: Parameters<typeof makeSocket>) => insideNetns(place.path, () => makeSocket(...args));
  /** A moment that has a dump after it, which had what was there. */
  const dumped = async () => {
    const nowUs = Date.now() * 1_000;
    await until('a snapshot', () => {
      const [row] = query<{ us: number | null }>(db, 'SELECT max(at_us) AS us FROM snapshots WHERE complete = 1');
      return (row?.us ?? 0) > nowUs;
    });
    return nowUs;
  };
  const held = async (port: number) => {
    await until(`an owner of port ${port}`, () => {
      const rows = query(db, `SELECT 1 FROM bound WHERE local_port = ${port} AND holders <> '[]'`);
      return rows.length > 0;
    });
    return dumped();
  };
  async function listedAt(us: number, ...words: string[]): Promise<string[]> {
    const at = ['--at', `@${(us / 1e6).toFixed(6)}`, '--db', db, '-N', place.name];
    const { stdout } = await execa(process.execPath, [MAIN, '-tnHB', ...at, ...words]);
    const lines = stdout.split('\n').map((line) => line.replaceAll(/\s+/g, ' ').trim());
    return lines.filter((line) => line !== '').sort();
  }

  const times = { both: 0, connected: 0, closed: 0 };

  before(async function () {
    this.timeout(60_000);
    requireRoot(this);
    if (major < 6 || (major === 6 && minor < 8)) this.skip();
    place = await stage.netns();
    db = join(await stage.directory(), 'bound.db');
    const recorder = stage.use(
      await Recorder.startIn(place, db, '--source', 'diag', '--netns', 'self', '--interval', '200ms', '--no-names'),
    );
    insideNetns(place.path, () => fds.push(listenAt(LOCAL, 80)));
    const four = bind(LOCAL, 7_777);
    const six = bind('0:0:0:0:0:0:0:1', 7_778, [OPTIONS.device('lo'), OPTIONS.mark(0x17)]);
    await held(7_777);
    times.both = await held(7_778);
    insideNetns(place.path, () => connectTo(four, LOCAL, 80));
    await dumped();
    times.connected = await dumped();
    closeSocket(four);
    closeSocket(six);
    await dumped();
    times.closed = await dumped();
    await recorder.stop();
  });
  after(async () => {
    for (const fd of fds) closeSocket(fd);
    await stage[Symbol.asyncDispose]();
  });

  it('is listed with its owners and details for as long as snapshots found it', async () => {
    const [four = '', six = ''] = await listedAt(times.both, '-pemO');
    match(four, /^0 0 127\.0\.0\.1:7777 0\.0\.0\.0:\* users:\(\(".+",pid=\d+,fd=\d+\)\) ino:\d+ sk:\w+ .*skmem:\(r0/);
    match(six, /^0 0 \[::1\]%lo:7778 \[::\]:\* users:.* fwmark:0x17 .*v6only:1 /);
    deepEqual(await listedAt(times.closed), []);
  });

  it('is listed once when it has connected', async () => {
    deepEqual(await listedAt(times.connected), ['0 0 [::1]%lo:7778 [::]:*']);
    const at = ['--at', `@${(times.connected / 1e6).toFixed(6)}`, '--db', db, '-N', place.name];
    const { stdout } = await execa(process.execPath, [MAIN, '-tanH', ...at, 'sport = :7777']);
    match(stdout, /^ESTAB /);
  });

  it('is selected by address, interface and mark of that time', async () => {
    for (const words of ['sport = :7778', 'src [::1]', 'dev = lo', 'fwmark = 0x17', '-6'])
      deepEqual(await listedAt(times.both, ...words.split(' ')), ['0 0 [::1]%lo:7778 [::]:*'], words);
  });
});
