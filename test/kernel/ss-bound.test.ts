/** Sockets that are bound and nothing more: the kernel reports them since Linux 6.8, and newer releases of ss show them. */
import { deepEqual } from 'node:assert/strict';
import { release } from 'node:os';
import { execa } from 'execa';
import { insideNetns } from '../../src/sys/netns.js';
import type { Netns } from '../lab/netns.js';
import { requireRoot } from '../lab/privileges.js';
import { closeSocket, listenAt, makeSocket } from '../lab/socket-calls.js';
import { MAIN } from '../lab/sstory.js';
import { Stage } from '../lab/stage.js';

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
