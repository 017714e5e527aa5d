import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { join } from 'node:path';
import { SELF_CHECK_ADDRESS } from '../../src/model/self-check.js';
import { tracepointFormat } from '../../src/probe/tracefs.js';
import type { Actor } from '../lab/actor.js';
import { joinByVeth, type Netns } from '../lab/netns.js';
import { requireBpf } from '../lab/privileges.js';
import { query, Recorder, sstory } from '../lab/sstory.js';
import { Stage } from '../lab/stage.js';
import { until } from '../lab/until.js';

const LOOPBACK = '127.0.0.1';
const ERRNO = {
  EADDRNOTAVAIL: 99,
  ECONNREFUSED: 111,
  EACCES: 13,
  EINVAL: 22,
  ENETUNREACH: 101,
  ECONNRESET: 104,
  EHOSTUNREACH: 113,
} as const;
const PORT = {
  elsewhere: 7_207,
  taken: 7_208,
  ownTaken: 7_209,
  dropped: 7_201,
  self: 7_202,
  deferred: 7_203,
  overflowing: 7_204,
  fine: 7_205,
  neighbour: 7_206,
} as const;
/** Addresses behind routes of a type, and the error of each. */
const ROUTES = [
  ['blackhole', '198.51.100.1', ERRNO.EINVAL],
  ['unreachable', '198.51.100.2', ERRNO.EHOSTUNREACH],
  ['prohibit', '198.51.100.3', ERRNO.EACCES],
  ['none', '203.0.113.1', ERRNO.ENETUNREACH],
] as const;
/** On the link, and nobody has it. */
const NOBODY = '192.0.2.77';
/** Longer than a request has to be half-open to be called deferred. */
const DEFERRED_US = 3_300_000;

interface Explained {
  readonly kind: string;
  readonly subject: string;
  readonly troubles: readonly string[];
  readonly sentences: readonly { readonly text: string }[];
}

const textOf = ({ sentences }: Pick<Explained, 'sentences'>) => sentences.map(({ text }) => text).join('\n');

/** Linux 6.17 reports retransmits that fail. */
function reportsFailures(): boolean {
  return /\bint err;/.test(tracepointFormat('tcp:tcp_retransmit_skb') ?? '');
}

describe('what this host itself stops, made for real and explained', () => {
  const stage = new Stage();
  let path: string;
  let netns: Netns;
  let healthy: Netns;
  let client: Actor;
  let server: Actor;

  before(async function () {
    requireBpf(this);
    this.timeout(90_000);
    netns = await stage.netns();
    healthy = await stage.netns();
    await joinByVeth(netns, await stage.netns());
    for (const [type, address] of ROUTES) {
      if (type !== 'none') await netns.run('ip', 'route', 'add', type, address);
    }
    await netns.run('nft', 'add table inet own');
    await netns.run('nft', 'add chain inet own outgoing { type filter hook output priority 0; }');
    await netns.run('nft', `add rule inet own outgoing tcp dport ${PORT.dropped} drop`);
    await netns.sysctl('net.ipv4.tcp_abort_on_overflow', 1);
    path = join(await stage.directory(), 'stopped.db');
    const recorder = stage.use(await Recorder.start(path, '--source', 'bpf', '--interval', '200ms'));
    // It checks that it sees connects: its own check, which the other one records.
    await stage.use(await Recorder.start(join(await stage.directory(), 'other.db'), '--source', 'bpf')).stop();
    client = await stage.actor('client', netns);
    server = await stage.actor('server', netns);
    const neighbour = begin(await stage.actor('patient', netns), NOBODY, PORT.neighbour);
    for (const [, address, errno] of ROUTES) {
      equal((await client.connect(await client.socket(), address, 80)).errno, errno, address);
    }
    await begin(client, LOOPBACK, PORT.dropped);
    await connectToItself();
    await defer();
    await overflow();
    await connectElsewhere();
    await connectTwice();
    await neighbour;
    await behave();
    const lasted = `SELECT (SELECT max(last_us) FROM runs) - min(opened_us) >= ${DEFERRED_US} AS deferred,
      (SELECT count(*) FROM connections WHERE remote_port = ${PORT.neighbour} AND close_reason = 'unreachable') AS ended,
      (SELECT count(*) FROM events WHERE detail = 'SYN failed EPERM') AS dropped
      FROM connections WHERE local_port = ${PORT.deferred} AND origin = 'accept'`;
    await until('all of it to last', () => {
      const [row] = query<{ deferred: number; ended: number; dropped: number }>(path, lasted);
      return row !== undefined && row.deferred === 1 && row.ended === 1 && (row.dropped >= 2 || !reportsFailures());
    });
    await recorder.stop();
  });
  after(() => stage[Symbol.asyncDispose]());

  /** Connects without waiting. */
  async function begin(actor: Actor, address: string, port: number): Promise<number> {
    const fd = await actor.socket();
    await actor.nonBlocking(fd);
    await actor.connect(fd, address, port);
    return fd;
  }

  async function connectToItself(): Promise<void> {
    const fd = await client.socket();
    await client.bind(fd, LOOPBACK, PORT.self);
    equal((await client.connect(fd, LOOPBACK, PORT.self)).errno, 0);
  }

  async function listening(port: number, seconds: number, backlog: number): Promise<number> {
    const listener = await server.socket();
    await server.option(listener, 'defer-accept', seconds);
    await server.bind(listener, LOOPBACK, port);
    await server.listen(listener, backlog);
    return listener;
  }

  async function defer(): Promise<void> {
    await listening(PORT.deferred, 30, 16);
    equal((await client.connect(await client.socket(), LOOPBACK, PORT.deferred)).errno, 0);
  }

  /** Two clients connect, and the first data of the second finds the queue full. */
  async function overflow(): Promise<void> {
    await listening(PORT.overflowing, 30, 0);
    const [first, second] = [await client.socket(), await client.socket()];
    for (const fd of [first, second]) {
      equal((await client.connect(fd, LOOPBACK, PORT.overflowing)).errno, 0);
    }
    await client.send(first, 10);
    const full = `SELECT 1 FROM samples s JOIN connections c ON c.id = s.connection_id
      WHERE c.local_port = ${PORT.overflowing} AND c.origin = 'listen' AND s.recv_q > s.send_q`;
    await until('the queue to be full', () => query(path, full).length > 0);
    await client.send(second, 10);
    const reset = `SELECT 1 FROM connections WHERE remote_port = ${PORT.overflowing} AND close_reason = 'reset by peer'`;
    await until('the second to be reset', () => query(path, reset).length > 0);
  }

  /** To another address of this host than its server has. */
  async function connectElsewhere(): Promise<void> {
    await server.listenAt(LOOPBACK, PORT.elsewhere);
    const { errno } = await client.connect(await client.socket(), '127.0.0.9', PORT.elsewhere);
    equal(errno, ERRNO.ECONNREFUSED);
  }

  /** From one local port twice, while its first connection is in TIME-WAIT. */
  async function connectTwice(): Promise<void> {
    await netns.sysctl('net.ipv4.tcp_timestamps', 0);
    const { listener } = await server.listenAt(LOOPBACK, PORT.taken);
    const connect = async () => {
      const fd = await client.socket();
      await client.option(fd, 'reuseaddr', 1);
      await client.bind(fd, LOOPBACK, PORT.ownTaken);
      return { fd, errno: (await client.connect(fd, LOOPBACK, PORT.taken)).errno };
    };
    const first = await connect();
    equal(first.errno, 0);
    const accepted = await server.accept(listener);
    await client.close(first.fd);
    await server.receive(accepted.fd);
    await server.close(accepted.fd);
    equal((await connect()).errno, ERRNO.EADDRNOTAVAIL);
  }

  /** The same calls where nothing stops them. */
  async function behave(): Promise<void> {
    const [here, there] = [await stage.actor('client', healthy), await stage.actor('server', healthy)];
    const { listener } = await there.listenAt(LOOPBACK, PORT.fine);
    const fd = await here.socket();
    equal((await here.connect(fd, LOOPBACK, PORT.fine)).errno, 0);
    const accepted = await there.accept(listener);
    await here.send(fd, 10);
    await there.receive(accepted.fd);
  }

  async function explained(where: Netns, ...words: string[]): Promise<Explained[]> {
    const args = ['explain', ...words, '--json', '-n', '100', '-N', where.path, '--db', path];
    const { stdout, stderr, exitCode } = await sstory(...args);
    equal(exitCode, 0, stderr);
    return stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Explained]));
  }

  async function one(...words: string[]): Promise<Explained> {
    const [first] = await explained(netns, ...words);
    if (first === undefined) throw new Error(`nothing matches ${words.join(' ')}`);
    return first;
  }

  it('connects that a route refuses, with its type', async () => {
    const meaning = { blackhole: /blackhole/, unreachable: /type unreachable/, prohibit: /prohibit/, none: /no route/ };
    for (const [type, address] of ROUTES) {
      const explanation = await one('dst', address);
      match(textOf(explanation), meaning[type]);
      match(textOf(explanation), /No packet left this host/);
    }
  });

  it('a SYN that the own firewall drops', async function () {
    if (!reportsFailures()) this.skip();
    const explanation = await one('dport', '=', `:${PORT.dropped}`);
    deepEqual(explanation.troubles, ['local firewall']);
    match(textOf(explanation), /A firewall of this host dropped its SYN: retransmitting it failed .* with EPERM/);
  });

  it('a neighbour that does not answer ARP', async () => {
    const explanation = await one('dport', '=', `:${PORT.neighbour}`);
    deepEqual(explanation.troubles, ['unanswered ARP']);
    match(textOf(explanation), /No answer from neighbour 192\.0\.2\.77 \(ARP\)/);
  });

  it('a client that is connected to itself', async () => {
    deepEqual((await one('dport', '=', `:${PORT.self}`)).troubles, ['self-connect']);
  });

  it('a listener that waits for data, of both ends', async () => {
    deepEqual((await one('dport', '=', `:${PORT.deferred}`)).troubles, ['deferred accept']);
    const request = await one('sport', '=', `:${PORT.deferred}`, 'and', 'not', 'dst', '0.0.0.0');
    deepEqual(request.troubles, ['deferred accept']);
    match(textOf(request), /TCP_DEFER_ACCEPT/);
  });

  it('a client that a full accept queue reset', async () => {
    const all = await explained(netns, 'dport', '=', `:${PORT.overflowing}`);
    const reset = all.find(({ troubles }) => troubles.includes('reset'));
    deepEqual(reset?.troubles, ['reset', 'accept queue full']);
    match(
      reset === undefined ? '' : textOf(reset),
      /server\[\d+\] .*whose accept queue was full: 1 connection waiting/,
    );
  });

  it('a listener at another address only', async () => {
    const explanation = await one('dport', '=', `:${PORT.elsewhere}`);
    deepEqual(explanation.troubles, ['refused']);
    match(textOf(explanation), /server\[\d+\] listens on 127\.0\.0\.1:7207 only \(#\d+\): not on 127\.0\.0\.9:7207/);
  });

  it('a four-tuple that is in TIME-WAIT still', async () => {
    const all = await explained(netns, 'dport', '=', `:${PORT.taken}`);
    const failed = all.find(({ troubles }) => troubles.includes('connect failed'));
    deepEqual(failed?.troubles, ['connect failed']);
    match(
      failed === undefined ? '' : textOf(failed),
      /belonged to #\d+( of [^,]+)?, which entered (TIME-WAIT|FIN-WAIT-2) at/,
    );
  });

  it('all of it in one list', async () => {
    const kinds = (await explained(netns, '--all')).map(({ kind, subject }) => `${kind} ${subject}`);
    const wanted = [
      ...['unreachable', 'none'].map((type) => `no route ${ROUTES.find(([each]) => each === type)?.[1]}:80`),
      ...['blackhole', 'prohibit'].map((type) => `connect failed ${ROUTES.find(([each]) => each === type)?.[1]}:80`),
      ...(reportsFailures() ? [`local firewall ${LOOPBACK}:${PORT.dropped}`] : []),
      `unanswered ARP ${NOBODY}:${PORT.neighbour}`,
      `self-connect ${LOOPBACK}:${PORT.self}`,
      `deferred accept ${LOOPBACK}:${PORT.deferred}`,
      `reset ${LOOPBACK}:${PORT.overflowing}`,
    ];
    deepEqual(
      wanted.filter((each) => !kinds.includes(each)),
      [],
      kinds.join(', '),
    );
  });

  it('not the check of the other recorder, which is recorded', async () => {
    const checks = query(path, 'SELECT 1 FROM connections WHERE remote_addr = ?', SELF_CHECK_ADDRESS);
    ok(checks.length > 0);
    equal((await sstory('explain', '--all', '--db', path, 'dst', SELF_CHECK_ADDRESS)).stdout, '');
  });

  it('nothing of a namespace where all is well', async () => {
    deepEqual(await explained(healthy, '--all'), []);
  });
});
