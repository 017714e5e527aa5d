/** Multipath TCP: a worker of the kernel connects the second subflow, and what owns it is still the process. */
import { deepEqual, equal } from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { requireSs } from '../conformance/real-ss.js';
import type { Actor } from '../lab/actor.js';
import { joinByVeth, type Netns } from '../lab/netns.js';
import { missing, requireBpf } from '../lab/privileges.js';
import { query, Recorder, sstory } from '../lab/sstory.js';
import { Stage } from '../lab/stage.js';
import { until } from '../lab/until.js';

/** The second link between the two namespaces. */
const SECOND = { device: 'veth1', left: '198.51.100.1', right: '198.51.100.2' } as const;

interface OwnedSocket {
  readonly netns: number;
  readonly comm: string | null;
  readonly pid: number | null;
}

async function joinTwice(left: Netns, right: Netns): Promise<string> {
  const [, { v4 }] = await joinByVeth(left, right);
  const { device } = SECOND;
  await left.run('ip', 'link', 'add', device, 'type', 'veth', 'peer', 'name', device, 'netns', right.name);
  for (const [netns, address] of [
    [left, SECOND.left],
    [right, SECOND.right],
  ] as const) {
    await netns.run('ip', 'address', 'add', `${address}/24`, 'dev', device);
    await netns.run('ip', 'link', 'set', device, 'up');
    await netns.run('ip', 'mptcp', 'limits', 'set', 'subflow', '4', 'add_addr_accepted', '4');
  }
  await left.run('ip', 'mptcp', 'endpoint', 'add', SECOND.left, 'dev', device, 'subflow');
  return v4;
}

describe('a connection of Multipath TCP', function () {
  this.timeout(60_000);
  const stage = new Stage();
  let path: string;
  let near: Netns;
  let client: Actor;
  let server: Actor;
  let port: number;

  const owned = () =>
    query<OwnedSocket>(
      path,
      `SELECT netns, comm, pid FROM connections WHERE ${port} IN (local_port, remote_port) AND state = 'ESTAB' ORDER BY netns, id`,
    );

  before(async function () {
    requireBpf(this);
    requireSs(this);
    if (!existsSync('/proc/sys/net/mptcp')) missing(this, 'needs a kernel with Multipath TCP');
    near = await stage.netns();
    const far = await stage.netns();
    const address = await joinTwice(near, far);
    path = join(await stage.directory(), 'mptcp.db');
    stage.use(await Recorder.start(path, '--source', 'bpf', '--no-names', '--interval', '200ms'));
    [client, server] = [await stage.actor('kafka-client', near), await stage.actor('kafka', far)];
    const listener = await server.mptcpSocket();
    port = await server.bind(listener, address);
    await server.listen(listener);
    const socket = await client.mptcpSocket();
    equal((await client.connect(socket, address, port)).errno, 0);
    const { fd } = await server.accept(listener);
    await client.send(socket, 1);
    equal(await server.receive(fd), 1);
    // A subflow is fully established, and others may join, when data was acknowledged.
    await server.send(fd, 100);
    await client.receive(socket);
    await until('a second subflow', async () => (await near.states('state established')).length === 2);
  });
  after(() => stage[Symbol.asyncDispose]());

  it('has the process as the owner of both subflows, on both ends', async () => {
    await until(
      'owners of four sockets',
      () => owned().length === 4 && owned().every(({ comm }) => comm !== null),
      () => JSON.stringify(owned()),
    );
    for (const { netns, comm, pid } of owned()) {
      const process = netns === near.inode ? client : server;
      deepEqual([comm, pid], [process.comm, process.pid]);
    }
  });

  it('never had another owner', () => {
    const pids = query<{ pid: number }>(
      path,
      `SELECT DISTINCT o.pid FROM owners o JOIN connections c ON c.id = o.connection_id
       WHERE ${port} IN (c.local_port, c.remote_port) ORDER BY o.pid`,
    );
    deepEqual(
      pids.map(({ pid }) => pid),
      [client.pid, server.pid].sort((left, right) => left - right),
    );
  });

  it('is shown with the owners that ss shows', async () => {
    const args = ['-tnpH', 'state', 'established', 'dport', '=', `:${port}`];
    const usersIn = (text: string) => text.split('\n').map((line) => /users:\(.*\)/.exec(line)?.[0]);
    const real = usersIn(await near.run('ss', ...args));
    equal(real.length, 2);
    const past = await sstory('ss', ...args, '--at', 'now', '-N', near.name, '--db', path);
    deepEqual(usersIn(past.stdout.trimEnd()), real);
  });
});
