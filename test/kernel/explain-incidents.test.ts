import { deepEqual, equal, match } from 'node:assert/strict';
import { join } from 'node:path';
import type { Actor } from '../lab/actor.js';
import type { Netns } from '../lab/netns.js';
import { requireBpf } from '../lab/privileges.js';
import { query, Recorder, sstory } from '../lab/sstory.js';
import { Stage } from '../lab/stage.js';
import { until } from '../lab/until.js';

const LOOPBACK = '127.0.0.1';
const ECONNREFUSED = 111;
/** Longer than an idle drop has to be silent. */
const SILENT_US = 3_300_000;
/** Longer than a connection has to wait to be called never accepted. */
const UNACCEPTED_US = 5_300_000;
const PORT = {
  ...{ forgotten: 7_101, dead: 7_102, idle: 7_103, restarted: 7_104, restartedUnseen: 7_105 },
  ...{ stalled: 7_106, unaccepted: 7_107, halfClosed: 7_108 },
} as const;

interface Explained {
  readonly kind: string;
  readonly subject: string;
  readonly count: number;
  readonly troubles: readonly string[];
  readonly sentences: readonly { readonly text: string }[];
}

const textOf = ({ sentences }: Explained) => sentences.map(({ text }) => text).join('\n');

describe('incidents made for real, explained', () => {
  const stage = new Stage();
  let path: string;
  let netns: Netns;
  let client: Actor;
  let server: Actor;

  before(async function () {
    requireBpf(this);
    this.timeout(60_000);
    netns = await stage.netns();
    for (const [name, sizes] of [
      ['tcp_rmem', '4096 8192 8192'],
      ['tcp_wmem', '4096 8192 16384'],
    ]) {
      await netns.run('sh', '-c', `echo ${sizes} > /proc/sys/net/ipv4/${name}`);
    }
    path = join(await stage.directory(), 'incidents.db');
    const recorder = stage.use(await Recorder.start(path, '--source', 'bpf', '--interval', '200ms'));
    client = await stage.actor('client', netns);
    server = await stage.actor('server', netns);
    await stall();
    await leaveWaiting();
    const stream = await halfClose();
    await forget();
    await restart();
    await server.send(stream.accepted, 300);
    await client.receive(stream.fd);
    const lasted = `SELECT 1 FROM connections WHERE local_port = ${PORT.unaccepted} AND origin = 'accept'
      AND (SELECT max(last_us) FROM runs) - opened_us > ${UNACCEPTED_US}
      AND EXISTS (SELECT 1 FROM samples s JOIN connections c ON c.id = s.connection_id
        WHERE c.local_port = ${PORT.halfClosed} AND c.origin = 'accept' AND s.bytes_sent >= 310)
      AND EXISTS (SELECT 1 FROM samples s JOIN connections c ON c.id = s.connection_id
        WHERE c.remote_port = ${PORT.halfClosed} AND c.origin = 'connect' AND s.bytes_received >= 310)`;
    await until('the connection not to be accepted for long', () => query(path, lasted).length > 0);
    await recorder.stop();
  });
  after(() => stage[Symbol.asyncDispose]());

  /** A connection that has transferred something both ways. */
  async function used(port: number): Promise<{ listener: number; fd: number; accepted: number; localPort: number }> {
    const { listener } = await server.listenAt(LOOPBACK, port);
    const pair = await pairAt(listener, port);
    await client.send(pair.fd, 10);
    await server.receive(pair.accepted);
    await server.send(pair.accepted, 10);
    await client.receive(pair.fd);
    return { listener, ...pair };
  }

  /** A client that sends more than the server reads. */
  async function stall(): Promise<void> {
    const { fd } = await used(PORT.stalled);
    await client.nonBlocking(fd);
    for (;;) {
      try {
        await client.send(fd, 4_096);
      } catch {
        return;
      }
    }
  }

  /** A client that the server does not accept. */
  async function leaveWaiting(): Promise<void> {
    await server.listenAt(LOOPBACK, PORT.unaccepted);
    equal((await client.connect(await client.socket(), LOOPBACK, PORT.unaccepted)).errno, 0);
  }

  /** A client that has sent all, and waits for the answer. */
  async function halfClose(): Promise<{ fd: number; accepted: number }> {
    const pair = await used(PORT.halfClosed);
    await client.shutdown(pair.fd);
    equal(await server.receive(pair.accepted), 0);
    return pair;
  }

  async function pairAt(listener: number, port: number) {
    const fd = await client.socket();
    const { errno, localPort } = await client.connect(fd, LOOPBACK, port);
    equal(errno, 0);
    return { fd, accepted: (await server.accept(listener)).fd, localPort };
  }

  /** Three idle connections: a firewall forgets one, the path of another is gone altogether, the third goes on. */
  async function forget(): Promise<void> {
    const [forgotten, dead, idle] = [await used(PORT.forgotten), await used(PORT.dead), await used(PORT.idle)];
    const silence = `SELECT 1 FROM connections WHERE remote_port = ${PORT.idle}
      AND (SELECT max(last_us) FROM runs) - opened_us > ${SILENT_US}`;
    await until('the connections to be silent', () => query(path, silence).length > 0);
    await netns.packets.drop(`tcp sport ${forgotten.localPort} tcp dport ${PORT.forgotten}`);
    await netns.packets.drop(`tcp dport ${PORT.dead}`);
    for (const { fd } of [forgotten, dead, idle]) await client.send(fd, 100);
    await server.receive(idle.accepted);
    await pairAt(forgotten.listener, PORT.forgotten);
    const unanswered = `SELECT c.id FROM connections c WHERE remote_port IN (${PORT.forgotten}, ${PORT.dead})
      AND (SELECT count(*) FROM events WHERE connection_id = c.id AND detail = 'data') >= 2
      AND (SELECT retrans FROM samples WHERE connection_id = c.id ORDER BY at_us DESC LIMIT 1) >= 2`;
    await until('two retransmits of each', () => query(path, unanswered).length === 2);
  }

  /** A listener that clients meet while it is gone, and one that nobody does. */
  async function restart(): Promise<void> {
    const seen = await used(PORT.restarted);
    const unseen = await server.listenAt(LOOPBACK, PORT.restartedUnseen);
    await server.option(seen.accepted, 'linger', 0);
    for (const fd of [seen.accepted, seen.listener, unseen.listener]) await server.close(fd);
    equal((await client.connect(await client.socket(), LOOPBACK, PORT.restarted)).errno, ECONNREFUSED);
    const successor = await stage.actor('successor', netns);
    for (const port of [PORT.restarted, PORT.restartedUnseen]) await successor.listenAt(LOOPBACK, port);
    const back = `SELECT 1 FROM connections WHERE comm = 'successor' AND state = 'LISTEN'`;
    await until('the listeners to be back', () => query(path, back).length === 2);
  }

  async function explained(...words: string[]): Promise<Explained[]> {
    const { stdout, stderr, exitCode } = await sstory('explain', ...words, '--json', '-N', netns.path, '--db', path);
    equal(exitCode, 0, stderr);
    return stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Explained]));
  }

  it('an idle connection that a firewall forgot, while a new one works', async () => {
    const [dropped] = await explained('dport', '=', `:${PORT.forgotten}`);
    deepEqual(dropped?.troubles, ['unacknowledged data', 'idle drop']);
    match(
      dropped === undefined ? '' : textOf(dropped),
      /Nothing came from 127\.0\.0\.1:7101 for [\d.]+s before the first retransmit .*a firewall or NAT on the path/s,
    );
  });

  it('not one whose peer does not answer new connections either, nor one that works', async () => {
    deepEqual((await explained('dport', '=', `:${PORT.dead}`))[0]?.troubles, ['unacknowledged data']);
    deepEqual((await explained('dport', '=', `:${PORT.idle}`))[0]?.troubles, []);
  });

  it('a peer that does not read, with its process and what waits', async () => {
    const stalled = (await explained('dport', '=', `:${PORT.stalled}`))[0];
    deepEqual(stalled?.troubles, ['zero window']);
    const ofReader = await explained('sport', '=', `:${PORT.stalled}`);
    match(ofReader.map(textOf).join('\n'), /server\[\d+\] has not read [\d,]+ bytes since/);
    match(
      stalled === undefined ? '' : textOf(stalled),
      /The receive window of 127\.0\.0\.1:7106 has been zero since .* bytes of client\[\d+\] wait in .*The other end is on this host: server\[\d+\] \(#\d+\), with [\d,]+ bytes unread/s,
    );
  });

  it('a connection that its listener does not accept', async () => {
    const all = await explained('sport', '=', `:${PORT.unaccepted}`);
    deepEqual(
      all.map(({ troubles }) => troubles),
      [['never accepted'], ['never accepted']],
    );
    match(all.map(textOf).join('\n'), /1 connection has waited in the accept queue of 127\.0\.0\.1:7107 since/);
    const waiting = all.find((each) => textOf(each).includes('No process has accepted it'));
    match(
      waiting === undefined ? '' : textOf(waiting),
      /it waits in the accept queue of server\[\d+\] at 127\.0\.0\.1:7107 \(#\d+\), where 1 connection waited/,
    );
  });

  it('not a half-closed connection that still transfers', async () => {
    const both = await explained(
      '(',
      'sport',
      '=',
      `:${PORT.halfClosed}`,
      'or',
      'dport',
      '=',
      `:${PORT.halfClosed}`,
      ')',
    );
    deepEqual(
      both.flatMap(({ troubles }) => troubles),
      [],
    );
    const text = both.map(textOf).join('\n');
    match(text, /half-closed and still transfers: server\[\d+\] sent (data|(up to )?3[01]0 bytes) since/);
    match(text, /half-closed and still transfers: (data|(up to )?3[01]0 bytes) came from 127\.0\.0\.1:7108 since/);
  });

  it('a restart of a listener, with what failed for it, and nothing else', async () => {
    const all = await explained('--all');
    const found = all.map(({ kind, subject, count }) => `${kind} ${subject} ${count}`).sort();
    deepEqual(found, [
      `idle drop ${LOOPBACK}:${PORT.forgotten} 1`,
      `listener restart ${LOOPBACK}:${PORT.restarted} 3`,
      `never accepted at ${LOOPBACK}:${PORT.unaccepted} 1`,
      `unacknowledged data ${LOOPBACK}:${PORT.dead} 1`,
      `zero window ${LOOPBACK}:${PORT.stalled} 1`,
    ]);
    const [restarted] = all.filter(({ kind }) => kind === 'listener restart');
    match(
      restarted === undefined ? '' : textOf(restarted),
      /server\[\d+\] stopped listening on 127\.0\.0\.1:7104 at \S+ \(#\d+\); successor\[\d+\] has listened there since/,
    );
  });
});
