import { deepEqual, doesNotMatch, equal, match } from 'node:assert/strict';
import { join } from 'node:path';
import type { Actor } from '../lab/actor.js';
import { joinByVeth, type Netns } from '../lab/netns.js';
import { requireBpf } from '../lab/privileges.js';
import { query, Recorder, sstory } from '../lab/sstory.js';
import { Stage } from '../lab/stage.js';
import { until } from '../lab/until.js';

const SIX = '::1';
const MAPPED = '::ffff:127.0.0.1';
const LOOPBACK = '127.0.0.1';
const NOBODY = '2001:db8::77';
const ERRNO = { ECONNREFUSED: 111, ECONNRESET: 104, EAGAIN: 11 } as const;
const PORT = {
  ...{ orphan: 7_301, stalled: 7_302, elsewhere: 7_303, foreign: 7_304, restarted: 7_305, queue: 7_306 },
  ...{ crashed: 7_307, neighbour: 7_308, idle: 7_309 },
} as const;
const CALM = {
  ...{ drained: 7_401, late: 7_402, talkative: 7_403, bound: 7_404, own: 7_405, reset: 7_406, nobody: 7_407 },
  ...{ dropped: 7_408, neighbour: 7_409, closed: 7_410, same: 7_411, stream: 7_412 },
} as const;
/** Longer than a zero window has to last, an idle drop to be silent, and a connection to wait to be accepted. */
const LASTED_US = 5_500_000;

interface Explained {
  readonly kind: string;
  readonly subject: string;
  readonly state: string;
  readonly troubles: readonly string[];
  readonly sentences: readonly { readonly text: string }[];
}

const textOf = ({ sentences }: Pick<Explained, 'sentences'>) => sentences.map(({ text }) => text).join('\n');

describe('variants of troubles, and what resembles them, made for real', () => {
  const stage = new Stage();
  let path: string;
  let six: Netns;
  let calm: Netns;
  let client: Actor;
  let server: Actor;

  before(async function () {
    requireBpf(this);
    this.timeout(120_000);
    [six, calm] = [await stage.netns(), await stage.netns()];
    for (const netns of [six, calm]) {
      await netns.run('sh', '-c', "echo '4096 8192 8192' > /proc/sys/net/ipv4/tcp_rmem");
      await netns.run('sh', '-c', "echo '4096 8192 16384' > /proc/sys/net/ipv4/tcp_wmem");
    }
    await joinByVeth(six, calm);
    path = join(await stage.directory(), 'relatives.db');
    const recorder = stage.use(await Recorder.start(path, '--source', 'bpf', '--interval', '200ms'));
    await resemble();
    await overIpv6();
    await recorder.stop();
  });
  after(() => stage[Symbol.asyncDispose]());

  const recorded = (sql: string) => query(path, sql).length > 0;

  async function pair(
    address: string,
    port: number,
    listener: number,
  ): Promise<{ fd: number; accepted: number; localPort: number }> {
    const fd = await client.socket(address.includes(':') ? 6 : 4);
    const { errno, localPort } = await client.connect(fd, address, port);
    equal(errno, 0);
    return { fd, localPort, accepted: (await server.accept(listener)).fd };
  }

  async function used(address: string, port: number, listenAt = address) {
    const { listener } = await server.listenAt(listenAt, port);
    const both = await pair(address, port, listener);
    await client.send(both.fd, 10);
    await server.receive(both.accepted);
    return { listener, ...both };
  }

  /** Sends until nothing more is taken. */
  async function fill(fd: number): Promise<void> {
    await client.nonBlocking(fd);
    for (;;) {
      try {
        await client.send(fd, 4_096);
      } catch {
        return;
      }
    }
  }

  async function refused(address: string, port: number): Promise<void> {
    const fd = await client.socket(address.includes(':') ? 6 : 4);
    equal((await client.connect(fd, address, port)).errno, ERRNO.ECONNREFUSED);
  }

  /** Connects without waiting. */
  async function begin(address: string, port: number): Promise<void> {
    const fd = await client.socket(address.includes(':') ? 6 : 4);
    await client.nonBlocking(fd);
    await client.connect(fd, address, port);
  }

  async function overIpv6(): Promise<void> {
    [client, server] = [await stage.actor('client', six), await stage.actor('server', six)];
    await begin(NOBODY, PORT.neighbour);
    const idle = await used(SIX, PORT.idle);
    const orphan = await used(SIX, PORT.orphan);
    await fill(orphan.fd);
    await client.close(orphan.fd);
    await fill((await used(MAPPED, PORT.stalled, '::')).fd);
    await server.listenAt(LOOPBACK, PORT.elsewhere);
    await refused(SIX, PORT.elsewhere);
    await (await stage.actor('other', calm)).listenAt(SIX, PORT.foreign);
    await refused(SIX, PORT.foreign);
    await restart();
    await fullQueue();
    await crash();
    const silent = `SELECT 1 FROM connections WHERE remote_port = ${PORT.idle} AND (SELECT max(last_us) FROM runs) - opened_us > ${LASTED_US}`;
    await until('the connection to be idle', () => recorded(silent));
    await six.packets.drop(`tcp sport ${idle.localPort} tcp dport ${PORT.idle}`);
    await client.send(idle.fd, 100);
    await pair(SIX, PORT.idle, idle.listener);
    const lasted = `SELECT 1 FROM connections c WHERE remote_port = ${PORT.idle} AND local_port = ${idle.localPort}
      AND (SELECT retrans FROM samples WHERE connection_id = c.id ORDER BY at_us DESC LIMIT 1) >= 2
      AND EXISTS (SELECT 1 FROM connections WHERE remote_port = ${PORT.neighbour} AND close_reason = 'unreachable')
      AND EXISTS (SELECT 1 FROM connections WHERE local_port = ${PORT.queue} AND origin = 'accept' AND state = 'ESTAB'
        AND (SELECT max(last_us) FROM runs) - opened_us > ${LASTED_US})
      AND 2 = (SELECT count(*) FROM connections s WHERE s.remote_port IN (${PORT.orphan}, ${PORT.stalled}) AND EXISTS (
        SELECT 1 FROM samples WHERE connection_id = s.id AND timer = 'persist' AND at_us < (SELECT max(last_us) FROM runs) - ${LASTED_US}))`;
    await until('all of it to last', () => recorded(lasted));
  }

  async function restart(): Promise<void> {
    const { listener } = await server.listenAt(SIX, PORT.restarted);
    await server.close(listener);
    await refused(SIX, PORT.restarted);
    await (await stage.actor('successor', six)).listenAt(SIX, PORT.restarted);
  }

  /** The second of two clients waits for the first to be accepted. */
  async function fullQueue(): Promise<void> {
    await server.listenAt(SIX, PORT.queue, 0);
    for (let n = 0; n < 3; n++) await begin(SIX, PORT.queue);
  }

  /** A listener that is closed with a client in its queue. */
  async function crash(): Promise<void> {
    const { listener } = await server.listenAt(SIX, PORT.crashed);
    const fd = await client.socket(6);
    equal((await client.connect(fd, SIX, PORT.crashed)).errno, 0);
    const waits = `SELECT 1 FROM samples s JOIN connections c ON c.id = s.connection_id WHERE c.local_port = ${PORT.crashed}
      AND c.origin = 'listen' AND s.recv_q = 1`;
    await until('it to wait', () => recorded(waits));
    await server.close(listener);
    equal(await client.receiveError(fd), ERRNO.ECONNRESET);
  }

  async function resemble(): Promise<void> {
    [client, server] = [await stage.actor('client', calm), await stage.actor('server', calm)];
    await begin(LOOPBACK, CALM.nobody);
    await calm.packets.drop(`tcp dport ${CALM.dropped}`);
    await begin(LOOPBACK, CALM.dropped);
    await drain();
    await acceptLate();
    await talk();
    await connectAgain();
    await closeInOrder();
    await halfClose();
    const reset = await used(SIX, CALM.reset);
    await server.option(reset.accepted, 'linger', 0);
    await server.close(reset.accepted);
    // A port that both ends have, each at its own address.
    const { listener } = await server.listenAt('127.0.0.2', CALM.same);
    const fd = await client.socket();
    await client.bind(fd, LOOPBACK, CALM.same);
    equal((await client.connect(fd, '127.0.0.2', CALM.same)).errno, 0);
    await server.accept(listener);
    const { listener: reached } = await server.listenAt('2001:db8::2', CALM.neighbour);
    const near = await stage.actor('near', six);
    equal((await near.connect(await near.socket(6), '2001:db8::2', CALM.neighbour)).errno, 0);
    await server.accept(reached);
    const again = `SELECT 1 FROM events e JOIN connections c ON c.id = e.connection_id WHERE c.remote_port = ${CALM.dropped} AND e.detail = 'SYN'`;
    await until('the SYN to be retransmitted', () => recorded(again));
  }

  /** A receiver that reads a little later. */
  async function drain(): Promise<void> {
    const { fd, accepted } = await used(SIX, CALM.drained);
    await fill(fd);
    await server.nonBlocking(accepted);
    await until('all to be read', async () => {
      await server.receive(accepted).catch(() => 0);
      const [queued] = await calm.states(`dport = :${CALM.drained}`);
      return queued !== undefined && (await queueOf(CALM.drained)) === 0;
    });
  }

  async function queueOf(port: number): Promise<number> {
    const line = await calm.run('ss', '-Htn', `dport = :${port}`);
    return Number(line.trim().split(/\s+/)[2]);
  }

  async function acceptLate(): Promise<void> {
    const { listener } = await server.listenAt(SIX, CALM.late);
    const fd = await client.socket(6);
    equal((await client.connect(fd, SIX, CALM.late)).errno, 0);
    const waits = `SELECT 1 FROM samples s JOIN connections c ON c.id = s.connection_id WHERE c.local_port = ${CALM.late}
      AND c.origin = 'listen' AND s.recv_q = 1`;
    await until('it to wait', () => recorded(waits));
    await server.accept(listener);
  }

  /** A client that sends at once to a listener that waits for data. */
  async function talk(): Promise<void> {
    const listener = await server.socket(6);
    await server.option(listener, 'defer-accept', 30);
    await server.bind(listener, SIX, CALM.talkative);
    await server.listen(listener, 16);
    const fd = await client.socket(6);
    equal((await client.connect(fd, SIX, CALM.talkative)).errno, 0);
    await client.send(fd, 10);
    await server.accept(listener);
  }

  /** From one port twice, where the other end has the TIME-WAIT. */
  async function connectAgain(): Promise<void> {
    const { listener } = await server.listenAt(SIX, CALM.bound);
    for (let n = 0; n < 2; n++) {
      const fd = await client.socket(6);
      await client.option(fd, 'reuseaddr', 1);
      await client.bind(fd, SIX, CALM.own);
      equal((await client.connect(fd, SIX, CALM.bound)).errno, 0);
      const { fd: accepted } = await server.accept(listener);
      await server.close(accepted);
      await client.receive(fd);
      await client.close(fd);
    }
  }

  async function closeInOrder(): Promise<void> {
    const { fd, accepted } = await used(MAPPED, CALM.closed, '::');
    await client.send(fd, 4_000);
    await client.close(fd);
    while ((await server.receive(accepted)) > 0);
    await server.close(accepted);
  }

  async function halfClose(): Promise<void> {
    const { fd, accepted } = await used(SIX, CALM.stream);
    await client.shutdown(fd);
    equal(await server.receive(accepted), 0);
    await server.send(accepted, 100);
    await client.receive(fd);
    await server.close(accepted);
  }

  async function explained(where: Netns, ...words: string[]): Promise<Explained[]> {
    const args = ['explain', ...words, '--json', '-n', '100', '-N', where.path, '--db', path];
    const { stdout, stderr, exitCode } = await sstory(...args);
    equal(exitCode, 0, stderr);
    return stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Explained]));
  }

  async function toPort(where: Netns, port: number): Promise<Explained> {
    const [first] = await explained(where, 'dport', '=', `:${port}`);
    if (first === undefined) throw new Error(`no connection to port ${port} is recorded`);
    return first;
  }

  it('a connection that was closed with data that the peer does not take', async () => {
    const orphan = await toPort(six, PORT.orphan);
    deepEqual([orphan.state, orphan.troubles], ['FIN-WAIT-1', ['zero window']]);
    match(
      textOf(orphan),
      /client\[\d+\] closed the connection with [\d,]+ bytes that \[::1\]:7301 does not take: its receive window has been zero since/,
    );
    match(textOf(orphan), /The other end is on this host: server\[\d+\]/);
  });

  it('a zero window of a v4-mapped address', async () => {
    const stalled = await toPort(six, PORT.stalled);
    deepEqual(stalled.troubles, ['zero window']);
    match(textOf(stalled), /The other end is on this host: server\[\d+\]/);
  });

  it('a listener of the other family only, and one in another namespace only', async () => {
    const elsewhere = textOf(await toPort(six, PORT.elsewhere));
    match(elsewhere, /server\[\d+\] listens on 127\.0\.0\.1:7303 only \(#\d+\): not on \[::1\]:7303/);
    const foreign = textOf(await toPort(six, PORT.foreign));
    match(
      foreign,
      new RegExp(
        `other\\[\\d+\\] listens on \\[::1\\]:7304 in network namespace ${calm.name} \\(${calm.inode}\\) only`,
      ),
    );
  });

  it('a client that its listener had not accepted when it was closed, of both ends', async () => {
    const reset = await toPort(six, PORT.crashed);
    deepEqual(reset.troubles, ['reset']);
    match(textOf(reset), /no process had accepted it when server\[\d+\] closed its listener \[::1\]:7307/);
    const own = (await explained(six, 'sport', '=', `:${PORT.crashed}`)).find(({ state }) => state !== 'LISTEN');
    match(own === undefined ? '' : textOf(own), /server\[\d+\] closed its listener \[::1\]:7307 \(#\d+\) at/);
  });

  it('neighbour discovery without an answer, a full queue and an idle drop over IPv6', async () => {
    const lost = await toPort(six, PORT.neighbour);
    deepEqual(lost.troubles, ['unanswered ARP']);
    match(textOf(lost), /No answer from neighbour 2001:db8::77 \(neighbour discovery\)/);
    const kinds = (await explained(six, '--all')).map(({ kind, subject }) => `${kind} ${subject.split(' ')[0]}`);
    deepEqual(kinds.sort(), [
      'accept queue full [::1]:7306',
      'idle drop [::1]:7309',
      'listener restart [::1]:7305',
      'never accepted at',
      'refused [::1]:7303',
      'refused [::1]:7304',
      'reset [::1]:7307',
      `unanswered ARP [${NOBODY}]:7308`,
      'unanswered SYN [::1]:7306',
      'zero window [::1]:7301',
      'zero window [::ffff:127.0.0.1]:7302',
    ]);
  });

  it('silent about what only resembles a trouble', async () => {
    const found = await explained(calm, '--all');
    deepEqual(
      found.map(({ kind, subject }) => `${kind} ${subject}`),
      [`unanswered SYN ${LOOPBACK}:${CALM.dropped}`, `refused ${LOOPBACK}:${CALM.nobody}`, `reset [::1]:${CALM.reset}`],
    );
    doesNotMatch(found.map(textOf).join('\n'), /listens on|accept queue|firewall of this host/);
    const quiet = Object.values(CALM).filter(
      (port) => port !== CALM.dropped && port !== CALM.nobody && port !== CALM.reset,
    );
    for (const port of quiet) {
      const all = await explained(calm, '(', 'dport', '=', `:${port}`, 'or', 'sport', '=', `:${port}`, ')');
      deepEqual(
        all.flatMap(({ troubles }) => troubles),
        [],
        all.map(textOf).join('\n'),
      );
    }
  });
});
