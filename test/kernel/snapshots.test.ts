import { deepEqual, equal, ok } from 'node:assert/strict';
import { execa } from 'execa';
import type { Owner } from '../../src/model/owner.js';
import type { Snapshot } from '../../src/model/snapshot.js';
import { openDestroyFeed } from '../../src/snapshot/destroyed.js';
import { openSnapshots, type Snapshots, type TakenSnapshots } from '../../src/snapshot/snapshots.js';
import type { Actor } from '../lab/actor.js';
import { descriptorsOf } from '../lab/descriptors.js';
import { joinByVeth, Netns } from '../lab/netns.js';
import { atMost } from '../lab/number-assertions.js';
import { missing, requireRoot } from '../lab/privileges.js';
import { Stage } from '../lab/stage.js';
import { until } from '../lab/until.js';

const INDEX = new URL('../../src/snapshot/snapshots.js', import.meta.url).href;

describe('snapshots of all namespaces', () => {
  const stage = new Stage();
  let snapshots: Snapshots;
  let netns: Netns;
  let server: Actor;
  let client: Actor;
  let port: number;
  let sender: number;

  before(async function () {
    requireRoot(this);
    snapshots = openSnapshots({ netns: 'all' });
    netns = await stage.netns();
    server = await stage.actor('server', netns);
    client = await stage.actor('client', netns);
    const listening = await server.listenAt('127.0.0.1');
    port = listening.port;
    sender = await client.socket();
    await client.connect(sender, '127.0.0.1', port);
    await server.accept(listening.listener);
  });
  after(async () => {
    await snapshots.close();
    await stage[Symbol.asyncDispose]();
  });

  const ofNetns = (inode: number, { inputs }: TakenSnapshots) =>
    inputs.filter((each) => 'netns' in each && each.netns === inode);

  async function take(): Promise<Snapshot> {
    const snapshot = (await snapshots.take()).inputs.find(
      (each) => each.kind === 'snapshot' && each.netns === netns.inode,
    );
    if (snapshot?.kind !== 'snapshot') throw new Error('no snapshot of the namespace');
    return snapshot;
  }

  const rowsOf = (snapshot: Snapshot) => Array.from({ length: snapshot.changed }, (_, index) => snapshot.row(index));
  const changedStates = (snapshot: Snapshot) => rowsOf(snapshot).map((row) => row.state);

  it('begin with a notice that the namespace exists', async () => {
    const taken = ofNetns(netns.inode, await snapshots.take());
    deepEqual(
      taken.map((each) => [each.kind, each.kind === 'netns' && each.present]),
      [
        ['netns', true],
        ['snapshot', false],
      ],
    );
    const [, first] = taken;
    ok(first?.kind === 'snapshot', JSON.stringify(first?.kind));
    deepEqual(changedStates(first).sort(), ['ESTAB', 'ESTAB', 'LISTEN']);
    atMost(first.startBootUs, first.endBootUs, 'startBootUs');
    const listener = rowsOf(first).find((row) => row.state === 'LISTEN');
    deepEqual([first.count, first.gone, comms(first.owners.get(listener?.cookie ?? 0))], [3, undefined, ['server']]);
  });
  it('leave out rows at rest, but for those that are asked for', async () => {
    const sent = await client.send(sender, 100).then(take);
    const [row] = rowsOf(sent);
    sent.askAgain(row?.cookie ?? 0);
    deepEqual(
      rowsOf(await take()).map(({ cookie }) => cookie),
      [row?.cookie],
    );
  });
  it('report what is gone', async () => {
    const { listener } = await client.listenAt('127.0.0.1');
    const row = rowsOf(await take()).find((each) => each.state === 'LISTEN');
    await client.close(listener);
    await until('its end', async () => (await take()).gone?.includes(row?.cookie ?? 0));
  });
  it('have no rows of sockets at rest', async () => {
    const { changed, count, gone } = await take();
    deepEqual([changed, count > 0, gone], [0, true, new Float64Array()]);
  });
  it('have the rows that changed', async () => {
    await client.send(sender, 100);
    deepEqual(changedStates(await take()), ['ESTAB', 'ESTAB']);
    deepEqual(changedStates(await take()), []);
  });
  it('find all owners of a socket that is new', async () => {
    await client.connect(await client.socket(), '127.0.0.1', port);
    const child = await client.fork('heir');
    const seen = await until('both owners', async () => {
      const snapshot = await take();
      return [...snapshot.owners.values()].find((owners) => owners.length > 1);
    });
    deepEqual(
      seen.map(({ pid, comm }) => [pid, comm]).sort(),
      [
        [client.pid, 'client'],
        [child, 'heir'],
      ].sort(),
    );
    await client.reap(child);
  });

  it('do not overlap', async () => {
    const [one, two] = await Promise.all([take(), take()]);
    atMost(one.endBootUs, two.startBootUs, 'endBootUs of the first');
  });

  it('keep no namespace alive, and report its end', async () => {
    const [dying, witness] = [await Netns.create(), await stage.netns()];
    await joinByVeth(dying, witness);
    const destroyed = openDestroyFeed({ netns: 'all' }).subscribe();
    try {
      await until('a snapshot of it', async () => ofNetns(dying.inode, await snapshots.take()).length > 0);
      await dying[Symbol.asyncDispose]();
      const news = await until('the news', async () =>
        ofNetns(dying.inode, await snapshots.take()).find((each) => each.kind === 'netns' && !each.present),
      );
      deepEqual([news.kind, news.kind === 'netns' && news.present], ['netns', false]);
      // Its end of the pair goes when the kernel frees the namespace, and takes the other end with it.
      await until('the kernel to free it', async () => !(await witness.run('ip', 'link')).includes('veth0'));
    } finally {
      destroyed.unsubscribe();
    }
  });
  it('hold no namespace by a descriptor', async () => {
    await snapshots.take();
    deepEqual(
      descriptorsOf().filter((link) => link.startsWith('net:[')),
      [],
    );
  });
});

describe('a quiet snapshot', () => {
  it('is as the one before, and has no socket that ends without an event', async function () {
    requireRoot(this);
    await using netns = await Netns.create();
    const program = `import(${JSON.stringify(INDEX)}).then(async ({ openSnapshots }) => {
      const { createServer, connect } = require('node:net');
      const { once } = require('node:events');
      const snapshots = openSnapshots({ netns: 'self', owners: false });
      const quiet = [];
      const twice = async () => {
        for (let count = 0; count < 2; count++) quiet.push((await snapshots.take()).isQuiet);
      };
      await twice();
      const server = createServer((socket) => socket.resume()).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const accepted = once(server, 'connection');
      const client = connect(server.address().port, '127.0.0.1');
      const [socket] = await accepted;
      await twice();
      client.end();
      await once(socket, 'close');
      server.close();
      await once(server, 'close');
      await twice();
      console.log(JSON.stringify(quiet));
      await snapshots.close();
    })`;
    // The TIME-WAIT of the last two ends without an event.
    deepEqual(JSON.parse(await netns.run(process.execPath, '-e', program)), [false, true, false, true, false, false]);
  });
});

describe('snapshots without privileges', () => {
  it('are of this namespace', async function () {
    requireRoot(this);
    const program = `import(${JSON.stringify(INDEX)}).then(async ({ openSnapshots }) => {
      const snapshots = openSnapshots({ netns: 'all', owners: false });
      console.log(JSON.stringify((await snapshots.take()).inputs.map((each) => each.kind)));
      await snapshots.close();
    })`;
    const node = [process.execPath, '-e', program];
    const { exitCode, stdout, stderr } = await execa(
      'setpriv',
      ['--bounding-set', '-all', '--inh-caps', '-all', ...node],
      {
        reject: false,
      },
    );
    if (exitCode === 127 || exitCode === undefined) missing(this, 'needs setpriv');
    equal(exitCode, 0, stderr);
    deepEqual(JSON.parse(stdout), ['netns', 'snapshot']);
  });
});

function comms(owners: readonly Owner[] | undefined): string[] {
  return (owners ?? []).map((owner) => owner.comm);
}
