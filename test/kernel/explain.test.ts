import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { join } from 'node:path';
import type { Actor } from '../lab/actor.js';
import { DnsServer } from '../lab/dns-server.js';
import type { Netns } from '../lab/netns.js';
import { requireBpf, requireDns } from '../lab/privileges.js';
import { query, Recorder, sstory } from '../lab/sstory.js';
import { Stage } from '../lab/stage.js';
import { until } from '../lab/until.js';

const OLD = '10.4.1.80';
const NEW = '10.4.1.81';
const LOOPBACK = '127.0.0.1';
const ECONNREFUSED = 111;
const EADDRNOTAVAIL = 99;
const EHOSTUNREACH = 113;
/** As many as are called a leak, or a flood. */
const MANY = 20;
const LEAK_US = 5_500_000;
/** Ports of what is in trouble. */
const PORT = {
  kafka: 9_200,
  refused: 7_001,
  rejected: 7_002,
  unreachable: 7_003,
  reset: 7_004,
  silent: 7_005,
  leaked: 7_006,
  narrow: 7_007,
  backlog: 7_008,
  flood: 7_009,
} as const;

/** An explanation, as `sstory explain --json` prints it. */
interface Explained {
  readonly troubles: readonly string[];
  readonly state: string;
  readonly close_reason: string | null;
  readonly local_port: number;
  readonly remote_addr: string;
  readonly remote_port: number;
  readonly sentences: readonly { readonly text: string; readonly evidence: readonly { readonly kind: string }[] }[];
}

async function listenAt(actor: Actor, address: string, port: number, backlog?: number): Promise<number> {
  const fd = await actor.socket();
  await actor.option(fd, 'reuseaddr', 1);
  await actor.bind(fd, address, port);
  await actor.listen(fd, backlog);
  return fd;
}

/** Connects without waiting. */
async function begin(actor: Actor, address: string, port: number): Promise<number> {
  const fd = await actor.socket();
  await actor.nonBlocking(fd);
  await actor.connect(fd, address, port);
  return fd;
}

async function connectedPair(client: Actor, server: Actor, listener: number, port: number): Promise<[number, number]> {
  const fd = await client.socket();
  const { errno } = await client.connect(fd, LOOPBACK, port);
  equal(errno, 0);
  return [fd, (await server.accept(listener)).fd];
}

describe('troubles made for real, explained', () => {
  const stage = new Stage();
  let path: string;
  let trouble: Netns;
  let narrow: Netns;
  let healthy: Netns;
  let live: Explained;
  let all: readonly Explained[];

  before(async function () {
    requireBpf(this);
    requireDns(this);
    this.timeout(120_000);
    [trouble, narrow, healthy] = await Promise.all([stage.netns(), stage.netns(), stage.netns()]);
    for (const address of [OLD, NEW]) await trouble.run('ip', 'address', 'add', `${address}/32`, 'dev', 'lo');
    await trouble.packets.drop(`ip daddr ${OLD} tcp dport ${PORT.kafka}`);
    await trouble.packets.refuse(`tcp dport ${PORT.rejected}`, 'port-unreachable');
    await trouble.packets.refuse(`tcp dport ${PORT.unreachable}`, 'host-unreachable');
    await trouble.packets.drop(`tcp sport ${PORT.flood}`);
    await narrow.sysctl('net.ipv4.tcp_tw_reuse', 0);
    await narrow.run('sh', '-c', 'echo 40000 40003 > /proc/sys/net/ipv4/ip_local_port_range');
    const directory = await stage.directory();
    path = join(directory, 'troubles.db');
    const dns = stage.use(await DnsServer.start(trouble, directory, [`${OLD} kafka.test`]));
    const recorder = stage.use(await Recorder.start(path, '--source', 'bpf', '--interval', '200ms'));
    const client = await stage.actor('java', trouble);
    const server = await stage.actor('server', trouble);
    await leak(client, server);
    await Promise.all([moveName(dns), exhaust(stage, narrow), behave(stage, healthy)]);
    await fail(client, server);
    await until('the trouble to last', () => lastedLongEnough());
    live = like({}, await explained(trouble, 'state', 'syn-sent', 'dst', OLD));
    await recorder.stop();
    all = await explained(trouble, 'sport', '!=', ':1');
  });
  after(() => stage[Symbol.asyncDispose]());

  /** The peer closes its ends, the server keeps its own: CLOSE-WAIT there, orphans in FIN-WAIT-2 here. */
  async function leak(client: Actor, server: Actor): Promise<void> {
    const listener = await listenAt(server, LOOPBACK, PORT.leaked, 64);
    for (let n = 0; n < MANY; n++) {
      const [fd] = await connectedPair(client, server, listener, PORT.leaked);
      await client.close(fd);
    }
  }

  async function moveName(dns: DnsServer): Promise<void> {
    await dns.ask('kafka.test');
    await dns.move([`${NEW} kafka.test`], 'kafka.test', NEW);
    await until(
      'both names',
      () => query(path, "SELECT 1 FROM names WHERE name = 'kafka.test' AND netns = ?", trouble.inode).length === 2,
    );
  }

  async function fail(client: Actor, server: Actor): Promise<void> {
    await listenAt(server, NEW, PORT.kafka);
    const fresh = await client.socket();
    equal((await client.connect(fresh, NEW, PORT.kafka)).errno, 0);
    await begin(client, OLD, PORT.kafka);
    const refused = [
      [PORT.refused, ECONNREFUSED],
      [PORT.rejected, ECONNREFUSED],
      [PORT.unreachable, EHOSTUNREACH],
    ] as const;
    for (const [port, errno] of refused) {
      equal((await client.connect(await client.socket(), LOOPBACK, port)).errno, errno);
    }
    const resetting = await listenAt(server, LOOPBACK, PORT.reset);
    const [, resetFd] = await connectedPair(client, server, resetting, PORT.reset);
    await server.option(resetFd, 'linger', 0);
    await server.close(resetFd);
    const silent = await listenAt(server, LOOPBACK, PORT.silent);
    const [silentFd] = await connectedPair(client, server, silent, PORT.silent);
    await trouble.packets.drop(`tcp dport ${PORT.silent}`);
    await client.send(silentFd, 100);
    await listenAt(server, LOOPBACK, PORT.backlog, 0);
    for (let n = 0; n < 4; n++) await begin(client, LOOPBACK, PORT.backlog);
    await listenAt(server, LOOPBACK, PORT.flood, 128);
    for (let n = 0; n < MANY; n++) await begin(client, LOOPBACK, PORT.flood);
    await giveUp();
  }

  /** The kernel gives up on the silent peer at its next retransmit, but not before a snapshot has seen it wait. */
  async function giveUp(): Promise<void> {
    const waiting = `SELECT 1 FROM samples s JOIN connections c ON c.id = s.connection_id
      WHERE c.netns = ? AND c.remote_port = ? AND s.retrans >= 2`;
    await until('a sample of two retransmits', () => query(path, waiting, trouble.inode, PORT.silent).length > 0);
    await trouble.sysctl('net.ipv4.tcp_retries2', 1);
  }

  function lastedLongEnough(): boolean {
    const [row] = query<{ leaked: number; timedOut: number; again: number }>(
      path,
      `SELECT (SELECT max(last_us) FROM runs) - max(CASE WHEN state = 'CLOSE-WAIT' THEN opened_us END) >= ${LEAK_US} AS leaked,
         count(*) FILTER (WHERE close_reason = 'timed out' AND remote_port = ${PORT.silent}) AS timedOut,
         (SELECT count(*) FROM events e JOIN connections c ON c.id = e.connection_id WHERE e.detail = 'SYN' AND c.remote_addr = '${OLD}') AS again
       FROM connections WHERE netns = ?`,
      trouble.inode,
    );
    return row !== undefined && row.leaked === 1 && row.timedOut === 1 && row.again >= 2;
  }

  /** All that is explained of a namespace, the worst first. */
  async function explained(netns: Netns, ...words: string[]): Promise<Explained[]> {
    const { stdout, stderr, exitCode } = await sstory(
      'explain',
      ...words,
      '-n',
      '500',
      '--json',
      '-N',
      netns.path,
      '--db',
      path,
    );
    equal(exitCode, 0, stderr);
    return stdout.split('\n').map((line) => JSON.parse(line) as Explained);
  }

  /** The first explanation like this. */
  function like(wish: Partial<Explained>, among: readonly Explained[] = all): Explained {
    const keys = Object.keys(wish) as (keyof Explained)[];
    const found = among.find((each) => keys.every((key) => each[key] === wish[key]));
    if (found === undefined) throw new Error(`nothing like ${JSON.stringify(wish)} is explained`);
    return found;
  }

  const textOf = ({ sentences }: Explained) => sentences.map(({ text }) => text).join('\n');

  it('an unanswered SYN to the address that a name has left', async () => {
    const explanation = like({ state: 'SYN-SENT', remote_addr: OLD });
    deepEqual(explanation.troubles, ['unanswered SYN', 'stale name']);
    const text = textOf(explanation);
    match(text, /^java\[\d+\] began to connect to 10\.4\.1\.80:9200 at \S+: its SYN has not been answered for /);
    match(text, /The kernel retransmitted the SYN (twice|\d+ times), last at/);
    match(text, /10\.4\.1\.80:9200 never accepted a connection from here/);
    match(
      text,
      /kafka\.test resolved to 10\.4\.1\.80 at \S+ \(by DNS\); since \S+ it has resolved to 10\.4\.1\.81: the process still uses the old address/,
    );
    match(text, /Connections to the new address work: 10\.4\.1\.81 port 9200 answered/);
    const kinds = new Set(explanation.sentences.flatMap(({ evidence }) => evidence.map(({ kind }) => kind)));
    for (const kind of ['transition', 'event', 'count', 'name']) ok(kinds.has(kind), `no ${kind} in ${[...kinds]}`);
  });

  it('the same while it is recorded', () => {
    deepEqual(live.troubles, ['unanswered SYN', 'stale name']);
    match(textOf(live), /since \S+ it has resolved to 10\.4\.1\.81: the process still uses the old address/);
  });

  it('the same as text, with its evidence in brackets', async () => {
    const { stdout } = await sstory('explain', 'state', 'syn-sent', 'dst', OLD, '-N', trouble.path, '--db', path);
    match(
      stdout,
      /^#\d+ {2}10\.4\.1\.80:\d+ > 10\.4\.1\.80:9200 {2}java\[\d+\] {2}netns sstory-\S+ \(\d+\) {2}SYN-SENT for /,
    );
    match(stdout, /\n {6}\[transition \d+\.1 UNCONN -> SYN-SENT at \d\d:\d\d:\d\d\.\d{6}\]\n/);
  });

  it('a refused connect, by RST and by ICMP', async () => {
    match(
      textOf(like({ remote_port: PORT.refused })),
      /127\.0\.0\.1:7001 refused the connection at .* a RST came back/,
    );
    match(
      textOf(like({ remote_port: PORT.rejected })),
      /127\.0\.0\.1:7002 refused the connection at .* no RST was seen/,
    );
  });

  it('an unreachable peer', async () => {
    const explanation = like({ remote_port: PORT.unreachable });
    match(textOf(explanation), /The kernel reported EHOSTUNREACH/);
    match(textOf(explanation), /the peer was unreachable/);
  });

  it('a reset by the peer, after what', async () => {
    const explanation = like({ remote_port: PORT.reset });
    deepEqual(explanation.troubles, ['reset']);
    match(
      textOf(explanation),
      /The peer, 127\.0\.0\.1:7004, reset the connection at \S+, in ESTAB, \S+ after its last transition, after 0 bytes sent and 0 bytes received\./,
    );
  });

  it('a peer that fell silent', async () => {
    const explanation = like({ remote_port: PORT.silent });
    deepEqual(explanation.troubles, ['timed out']);
    match(textOf(explanation), /no longer acknowledged anything\.\nThe kernel retransmitted segments/);
  });

  it('data that the peer does not acknowledge, just before the kernel gave up', async () => {
    const [silent] = query<{ us: number }>(
      path,
      'SELECT closed_us - 10000 AS us FROM connections WHERE remote_port = ? AND netns = ?',
      PORT.silent,
      trouble.inode,
    );
    const at = `@${(silent?.us ?? 0) / 1e6}`;
    const explanation = like({ state: 'ESTAB' }, await explained(trouble, 'dport', '=', `:${PORT.silent}`, '--at', at));
    deepEqual(explanation.troubles, ['unacknowledged data']);
    match(
      textOf(explanation),
      /acknowledges nothing: at \S+ a snapshot showed 100 bytes of java\[\d+\] unacknowledged/,
    );
  });

  it('a CLOSE-WAIT leak', async () => {
    const explanation = like({ state: 'CLOSE-WAIT' });
    deepEqual(explanation.troubles, ['CLOSE-WAIT leak']);
    match(textOf(explanation), /server\[\d+\] holds 20 such sockets, the oldest since \S+: it leaks them\./);
  });

  it('an orphan in FIN-WAIT-2', async () => {
    const explanation = like({ state: 'FIN-WAIT-2' });
    deepEqual(explanation.troubles, ['FIN-WAIT-2 orphans']);
    match(
      textOf(explanation),
      /No process holds the socket any longer: at \S+ a snapshot showed it as an orphan, with \S+ left on its timer/,
    );
  });

  it('no local port left, for TIME-WAITs', async () => {
    const explanation = like({ close_reason: 'failed' }, await explained(narrow, 'dport', '=', `:${PORT.narrow}`));
    deepEqual(explanation.troubles, ['connect failed', 'port exhaustion']);
    match(
      textOf(explanation),
      /4 sockets toward it held local ports then \(.+\), ports 40000 - 40003; ip_local_port_range now has 4 ports \(40000 - 40003\)/,
    );
  });

  it('a full accept queue, of the listener and of the clients that wait for it', async () => {
    const listener = like({ state: 'LISTEN', local_port: PORT.backlog });
    deepEqual(listener.troubles, ['accept queue full']);
    match(textOf(listener), /was full at \S+: 1 connection waiting against a backlog of 0/);
    const waiting = like({ state: 'SYN-SENT', remote_port: PORT.backlog });
    deepEqual(waiting.troubles, ['unanswered SYN', 'accept queue full']);
  });

  it('a half-open flood', async () => {
    const explanation = like({ state: 'SYN-RECV', local_port: PORT.flood });
    deepEqual(explanation.troubles, ['half-open flood']);
    match(textOf(explanation), /Port 7009 has 20 half-open connections from 1 address, the oldest since/);
  });

  it('lists them all, worst first', async () => {
    const { stdout } = await sstory('explain', '--all', '-n', '100', '--json', '--db', path, '-N', trouble.path);
    const troubles = stdout
      .split('\n')
      .map((line) => JSON.parse(line) as { kind: string; subject: string; severity: number });
    const found = new Set(troubles.map(({ kind, subject }) => `${kind} ${subject}`.replace(/\[\d+\]/, '')));
    for (const wanted of [
      `unanswered SYN ${OLD}:${PORT.kafka}`,
      `stale name ${OLD}:${PORT.kafka}`,
      `unanswered SYN ${LOOPBACK}:${PORT.unreachable}`,
      `refused ${LOOPBACK}:${PORT.refused}`,
      `refused ${LOOPBACK}:${PORT.rejected}`,
      `reset ${LOOPBACK}:${PORT.reset}`,
      `timed out ${LOOPBACK}:${PORT.silent}`,
      'CLOSE-WAIT leak server',
      `accept queue full ${LOOPBACK}:${PORT.backlog} server`,
      `half-open flood ${LOOPBACK}:${PORT.flood}`,
    ]) {
      ok(found.has(wanted), `${wanted}: ${[...found].join(', ')}`);
    }
    const severities = troubles.map(({ severity }) => severity);
    deepEqual(
      severities,
      severities.toSorted((a, b) => b - a),
    );
    const narrowOnes = await sstory('explain', '--all', '--json', '--db', path, '-N', narrow.path);
    match(narrowOnes.stdout, /"kind":"port exhaustion"/);
    match(narrowOnes.stdout, /"kind":"TIME-WAIT pile-up"/);
  });

  it('is silent about a healthy namespace', async () => {
    const { stdout, stderr } = await sstory('explain', '--all', '--db', path, '-N', healthy.path);
    equal(stdout, '');
    match(stderr, /nothing looks wrong from/);
  });
});

/** Connects and closes until no local port is left. */
async function exhaust(stage: Stage, netns: Netns): Promise<void> {
  const server = await stage.actor('server', netns);
  const client = await stage.actor('client', netns);
  const listener = await listenAt(server, LOOPBACK, PORT.narrow);
  for (let n = 0; n < 10; n++) {
    const fd = await client.socket();
    const { errno } = await client.connect(fd, LOOPBACK, PORT.narrow);
    if (errno === EADDRNOTAVAIL) return;
    equal(errno, 0);
    const { fd: accepted } = await server.accept(listener);
    await client.close(fd);
    await server.receive(accepted);
    await server.close(accepted);
  }
  throw new Error('ports did not run out');
}

/** Connections as they should be: one is closed in order by each end, one stays. */
async function behave(stage: Stage, netns: Netns): Promise<void> {
  const server = await stage.actor('server', netns);
  const client = await stage.actor('client', netns);
  const listener = await listenAt(server, LOOPBACK, 80);
  for (const [first, second] of [
    [client, server],
    [server, client],
    [undefined, undefined],
  ]) {
    const [clientFd, serverFd] = await connectedPair(client, server, listener, 80);
    await client.send(clientFd, 100);
    await server.receive(serverFd);
    if (first === undefined || second === undefined) continue;
    const fdOf = (actor: Actor) => (actor === client ? clientFd : serverFd);
    await first.close(fdOf(first));
    await second.receive(fdOf(second));
    await second.close(fdOf(second));
  }
}
