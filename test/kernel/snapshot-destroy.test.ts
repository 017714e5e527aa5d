import { deepEqual, equal } from 'node:assert/strict';
import type { Subscription } from 'rxjs';
import type { Destroyed, DestroyedLoss } from '../../src/model/snapshot.js';
import { openDestroyFeed } from '../../src/snapshot/destroyed.js';
import { dumpSockets } from '../../src/snapshot/dump.js';
import { killSockets } from '../../src/snapshot/kill.js';
import type { Actor } from '../lab/actor.js';
import type { Netns } from '../lab/netns.js';
import { atMost } from '../lab/number-assertions.js';
import { requireRoot } from '../lab/privileges.js';
import { Stage } from '../lab/stage.js';
import { until } from '../lab/until.js';

const ECONNABORTED = 103;
const ECONNREFUSED = 111;

describe('sockets destroyed', () => {
  const stage = new Stage();
  const received: (Destroyed | DestroyedLoss)[] = [];
  let listening: Subscription | undefined;
  let netns: Netns;
  let server: Actor;
  let client: Actor;
  let listener: number;
  let port: number;

  before(async function () {
    requireRoot(this);
    netns = await stage.netns();
    server = await stage.actor('server', netns);
    client = await stage.actor('client', netns);
    ({ listener, port } = await server.listenAt('127.0.0.1'));
    listening = openDestroyFeed({ netns: 'all' }).subscribe((each) => {
      if (each.netns === netns.inode) received.push(each);
    });
  });
  after(async () => {
    listening?.unsubscribe();
    await stage[Symbol.asyncDispose]();
  });
  beforeEach(() => received.splice(0));

  async function connect(): Promise<{ fd: number; accepted: number; localPort: number }> {
    const fd = await client.socket();
    const { localPort } = await client.connect(fd, '127.0.0.1', port);
    return { fd, accepted: (await server.accept(listener)).fd, localPort };
  }

  const rowsAt = (localPort: number) =>
    dumpSockets({ netnsPath: netns.path }).filter((row) => row.tuple.localPort === localPort && row.inode !== 0);
  const notification = (localPort: number) =>
    received.find((each): each is Destroyed => each.kind === 'destroyed' && each.row.tuple.localPort === localPort);

  it('are reported with what they sent and received, under the cookie of the dumps', async () => {
    const { fd, accepted, localPort } = await connect();
    const [row] = rowsAt(localPort);
    await client.send(fd, 777);
    await server.receive(accepted);
    await client.close(fd);
    await server.close(accepted);
    const { row: last, bootUs, offsetUs } = await until('its destroy notification', () => notification(localPort));
    equal(last.cookie, row?.cookie);
    equal(last.info?.bytesSent, 777);
    atMost(Math.abs(bootUs + offsetUs - Date.now() * 1000), 60e6, 'microseconds from now');
  });

  it('are not reported without an address: a connect refused, a socket never bound', async () => {
    const refused = await client.socket();
    equal((await client.connect(refused, '127.0.0.1', 9)).errno, ECONNREFUSED);
    await client.close(refused);
    await client.close(await client.socket());
    await client.close(await client.socket(6));
    const { fd, accepted, localPort } = await connect();
    await client.close(fd);
    await server.close(accepted);
    await until('the last one', () => notification(localPort));
    deepEqual(
      received.filter((each) => each.kind !== 'destroyed' || each.row.tuple.remotePort === 0),
      [],
    );
  });

  it('from outside, as ss -K does, are gone; once only', async () => {
    const { fd, localPort } = await connect();
    const rows = rowsAt(localPort);
    equal(rows.length, 1);
    deepEqual(killSockets(rows, { netnsPath: netns.path }), rows);
    equal(await client.receiveError(fd), ECONNABORTED);
    deepEqual(rowsAt(localPort), []);
    deepEqual(killSockets(rows, { netnsPath: netns.path }), []);
  });

  it('are those of the namespace asked for', async () => {
    const { localPort } = await connect();
    deepEqual(killSockets(rowsAt(localPort)), []);
    equal(rowsAt(localPort).length, 1);
  });
});
