import { deepEqual, equal, match } from 'node:assert/strict';
import { join } from 'node:path';
import { openForWriting } from '../../../src/store/database.js';
import { readHost } from '../../../src/sys/host.js';
import { portsTheKernelChooses } from '../../../src/sys/port-range.js';
import { connectionOf, usAt, writeHistory } from '../../lab/history.js';
import type { Netns } from '../../lab/netns.js';
import { requireRoot } from '../../lab/privileges.js';
import { sstory } from '../../lab/sstory.js';
import { Stage } from '../../lab/stage.js';

const GONE = 4_026_539_999;
const NOTE =
  /^sstory: the network namespace asked for is gone or cannot be entered: autobound means the local ports of this one$/gm;

/** In each namespace are two connections: one from a port that only the namespace chooses, one from a port that this one chooses. */
describe('sstory ss --at -N, of what a namespace has of its own', () => {
  const stage = new Stage();
  const here = portsTheKernelChooses();
  const there = { low: here.low - 200, high: here.low - 100 };
  let netns: Netns;
  let db: string;
  before(async function () {
    requireRoot(this);
    netns = await stage.netns();
    await netns.run('sh', '-c', `echo ${there.low} ${there.high} > /proc/sys/net/ipv4/ip_local_port_range`);
    await netns.run('ip', 'link', 'add', 'onlythere', 'type', 'veth', 'peer', 'name', 'peer');
    db = join(await stage.directory(), 'history.db');
    const tuple = { family: 4, localAddr: '10.0.0.1', remoteAddr: '10.0.0.2', remotePort: 9_200 } as const;
    const both = [netns.inode, GONE].flatMap((inode, index) =>
      [there.low, here.low].map((localPort, port) =>
        connectionOf(2 * index + port + 1, [[10, 'ESTAB']], { netns: inode, tuple: { ...tuple, localPort } }),
      ),
    );
    writeHistory(db, {
      connections: both,
      namespaces: [
        { netns: netns.inode, fromUs: usAt(1), toUs: usAt(20), netCookie: 1, name: 'earlier' },
        { netns: netns.inode, fromUs: usAt(20), toUs: undefined, netCookie: 2, name: netns.name },
        { netns: GONE, fromUs: usAt(1), toUs: undefined, netCookie: 3, name: 'gone' },
      ],
    });
    const database = openForWriting(db);
    database.prepare('UPDATE runs SET boot_id = ?').run(readHost().bootId);
    database.close();
  });
  after(() => stage[Symbol.asyncDispose]());

  const answer = async (time: string, ...words: string[]) => {
    const { exitCode, stdout, stderr } = await sstory('ss', '-tan', '--at', time, '--db', db, ...words);
    const ports = [...stdout.matchAll(/10\.0\.0\.1:(\d+)/g)].map(([, port]) => Number(port));
    return { exitCode, ports, stderr, notes: stderr.match(NOTE)?.length ?? 0 };
  };

  it('autobound is by the port range of the namespace, by its name, its number and its path', async () => {
    for (const name of [netns.name, String(netns.inode), netns.path]) {
      const { ports, notes } = await answer('end', '-N', name, 'autobound');
      deepEqual(ports, [there.low], name);
      equal(notes, 0);
    }
  });

  it("is by that of the caller's where the namespace is gone, with one note", async () => {
    const { ports, notes } = await answer('end', '-N', 'gone', 'autobound', 'or', 'autobound');
    deepEqual(ports, [here.low]);
    equal(notes, 1);
    equal((await answer('end', '-N', 'gone', 'dport', '9200')).notes, 0);
  });

  it('and where another one has its inode number now', async () => {
    const { ports, notes } = await answer('start+15s', '-N', 'earlier', 'autobound');
    deepEqual(ports, [here.low]);
    equal(notes, 1);
  });

  it('dev takes an interface to which no recorded socket was bound', async () => {
    const { exitCode, ports, stderr } = await answer('end', '-N', netns.name, 'dev', 'onlythere');
    equal(exitCode, 0, stderr);
    deepEqual(ports, []);
    equal((await answer('end', '-N', netns.name, 'dev', '!=', 'onlythere')).ports.length, 2);
  });

  it('dev refuses one that neither the history nor the namespace knows', async () => {
    for (const words of [
      ['-N', netns.name, 'dev', 'nosuch'],
      ['-N', 'gone', 'dev', 'onlythere'],
      ['dev', 'onlythere'],
    ]) {
      const { exitCode, stderr } = await answer('end', ...words);
      equal(exitCode, 1, words.join(' '));
      match(stderr, /unknown interface "(nosuch|onlythere)"/);
    }
  });
});
