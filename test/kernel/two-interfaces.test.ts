/** Two connections of one network namespace with the same four-tuple, on two interfaces that lead to hosts with the same address. */
import { deepEqual, equal } from 'node:assert/strict';
import { join } from 'node:path';
import { insideNetns } from '../../src/sys/netns.js';
import { requireSs } from '../conformance/real-ss.js';
import { requireBpf } from '../lab/privileges.js';
import { acceptAt, closeSocket, connectTo, listenAt, makeSocket, OPTIONS } from '../lab/socket-calls.js';
import { query, Recorder, sstory } from '../lab/sstory.js';
import { Stage } from '../lab/stage.js';
import { until } from '../lab/until.js';

const [SERVER, CLIENT] = ['198.51.100.1', '198.51.100.2'] as const;
const PORT = 7_000;
const CLIENT_PORT = 5_555;

describe('the same four-tuple on two interfaces', function () {
  this.timeout(60_000);
  const stage = new Stage();

  before(function () {
    requireBpf(this);
    requireSs(this);
  });
  after(() => stage[Symbol.asyncDispose]());

  it('is two connections', async () => {
    const place = await stage.netns();
    const path = join(await stage.directory(), 'interfaces.db');
    const recorder = stage.use(await Recorder.start(path, '--source', 'bpf', '--no-names', '--interval', '200ms'));
    const snapshot = async () => {
      const us = Date.now() * 1_000;
      const taken = 'SELECT 1 FROM snapshots WHERE netns = ? AND at_us > ?';
      await until('a snapshot', () => query(path, taken, place.inode, us).length > 0);
    };
    const connections = () =>
      query<{ state: string; origin: string }>(
        path,
        'SELECT state, origin FROM connections WHERE netns = ? AND remote_port = ?',
        place.inode,
        CLIENT_PORT,
      ).map(({ state, origin }) => `${origin} ${state}`);
    await place.sysctl('net.ipv4.conf.all.rp_filter', 0);
    const accepted: number[] = [];
    for (const device of ['va', 'vb']) {
      const far = await stage.netns();
      await place.run('ip', 'link', 'add', device, 'type', 'veth', 'peer', 'name', 'v', 'netns', far.name);
      for (const [netns, name, address] of [
        [place, device, SERVER],
        [far, 'v', CLIENT],
      ] as const) {
        await netns.run('ip', 'address', 'add', `${address}/24`, 'dev', name);
        await netns.run('ip', 'link', 'set', name, 'up');
      }
      const listener = insideNetns(place.path, () => listenAt(SERVER, PORT, [OPTIONS.device(device)]));
      const client = insideNetns(far.path, () => makeSocket(CLIENT, CLIENT_PORT));
      connectTo(client, SERVER, PORT);
      accepted.push(acceptAt(listener));
      for (const fd of [listener, client]) stage.use({ [Symbol.asyncDispose]: async () => closeSocket(fd) });
    }
    // No snapshot had shown the first one when the second began.
    for (let count = 0; count < 3; count++) await snapshot();
    deepEqual(connections(), ['accept ESTAB', 'accept ESTAB']);
    const shown = ['-tnH', 'sport', '=', `:${PORT}`];
    const ends = (text: string) => (text.match(/198\S+/g) ?? []).sort();
    const { stdout } = await sstory('ss', ...shown, '--at', 'now', '-N', place.name, '--db', path);
    deepEqual(ends(stdout), ends(await place.run('ss', ...shown)));
    for (const fd of accepted) closeSocket(fd);
    await snapshot();
    await recorder.stop();
    equal(connections().length, 2);
    deepEqual(query(path, "SELECT reason FROM gaps WHERE reason = 'continuity'"), []);
    equal((await sstory('check', '--db', path)).exitCode, 0);
  });
});
