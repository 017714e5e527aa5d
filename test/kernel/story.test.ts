/**
 * The case that sstory was made for, with real servers: a client resolves the broker's name from a real DNS server, connects, and
 * keeps the address. The broker moves, and its name with it; the old address swallows every packet. The client connects to the old
 * address again, and hangs in SYN-SENT.
 */
import { deepEqual, equal, match } from 'node:assert/strict';
import { join } from 'node:path';
import type { Actor } from '../lab/actor.js';
import { DnsServer } from '../lab/dns-server.js';
import { joinByVeth, type Netns } from '../lab/netns.js';
import { requireBpf, requireDns } from '../lab/privileges.js';
import { type Outcome, query, Recorder, sstory } from '../lab/sstory.js';
import { Stage } from '../lab/stage.js';
import { until } from '../lab/until.js';

const NAME = 'kafka.test';
const OLD = '10.4.1.80';
const NEW = '10.4.1.81';
const PORT = 9_200;
const FILTER = ['state', 'syn-sent', 'dst', `:${PORT}`];

describe('the case that sstory was made for', function () {
  this.timeout(60_000);
  const stage = new Stage();
  let home: Netns;
  let path: string;
  let java: Actor;
  let stuckAt: number;
  const live: Record<string, Outcome> = {};

  before(async function () {
    requireBpf(this);
    requireDns(this);
    home = await stage.netns();
    const away = await stage.netns();
    const [client, broker] = await joinByVeth(home, away);
    await home.run('ip', 'route', 'add', '10.4.1.0/24', 'via', broker.v4, 'dev', client.device);
    for (const address of [OLD, NEW]) await away.run('ip', 'address', 'add', `${address}/32`, 'dev', 'lo');
    const directory = await stage.directory();
    path = join(directory, 'kafka.db');
    const recorder = stage.use(await Recorder.start(path, '--source', 'bpf', '--interval', '200ms'));
    const dns = stage.use(await DnsServer.start(home, directory, [`${OLD} ${NAME}`], { ttl: 300 }));
    const [kafka, moved] = [await stage.actor('kafka', away), await stage.actor('kafka', away)];
    const [first, second] = [await listenAt(kafka, OLD), await listenAt(moved, NEW)];

    const [cached = ''] = await dns.ask(NAME);
    java = await stage.actor('java', home);
    const connection = await java.socket();
    await java.connect(connection, cached, PORT);
    const accepted = await kafka.accept(first);
    await java.send(connection, 100);
    await kafka.receive(accepted.fd);

    await dns.move([`${NEW} ${NAME}`], NAME, NEW);
    const other = await stage.actor('console', home);
    const healthy = await other.socket();
    await other.connect(healthy, NEW, PORT);
    await moved.accept(second);
    await kafka.close(accepted.fd);
    await java.receive(connection);
    await java.close(connection);
    await away.packets.drop(`ip daddr ${OLD}`);

    const again = await java.socket();
    await java.option(again, 'syncnt', 2);
    await java.nonBlocking(again);
    await java.connect(again, cached, PORT);
    // Its queues are known from the first snapshot that has it: on a busy host that may be later than the second SYN.
    const retransmitted = `SELECT max(e.at_us, min(s.at_us)) AS at FROM events e
      JOIN connections c ON c.id = e.connection_id JOIN samples s ON s.connection_id = c.id
      WHERE e.kind = 'retransmit' AND e.detail = 'SYN' AND c.netns = ? AND c.remote_port = ${PORT} GROUP BY e.id ORDER BY e.id`;
    stuckAt = (await until('a SYN to be sent again', () => query<{ at: number }>(path, retransmitted, home.inode)[0]))
      .at;
    live['ss'] = await sstory('-antp', ...FILTER, '-N', home.name);
    live['timeline'] = await sstory('timeline', '--db', path, ...FILTER);
    live['explain'] = await sstory('explain', '--db', path, ...FILTER);
    await until('the connect to time out', () => {
      const ended = "SELECT 1 FROM connections WHERE close_reason = 'timed out' AND netns = ?";
      return query(path, ended, home.inode).length > 0;
    });
    await recorder.stop();
  });
  after(() => stage[Symbol.asyncDispose]());

  async function listenAt(actor: Actor, address: string): Promise<number> {
    const listener = await actor.socket();
    await actor.bind(listener, address, PORT);
    await actor.listen(listener);
    return listener;
  }

  const at = () => ['--at', `@${stuckAt / 1e6}`, '-N', home.name, '--db', path];

  /** Lines that are not about gaps: those are shown whatever the filter, and on a busy host one may lie between. */
  const linesOf = (stdout: string) => stdout.split('\n').filter((line) => line !== '' && !line.endsWith(' --'));

  function showsStuck({ exitCode, stdout }: Outcome): void {
    equal(exitCode, 0);
    const [header = '', line = ''] = stdout.split('\n');
    match(header, /^Recv-Q +Send-Q +Local Address:Port +Peer Address:Port *Process/);
    match(
      line,
      new RegExp(`^0 +\\d+ +192.0.2.1:\\d+ +${OLD}:${PORT} +users:\\(\\("java",pid=${java.pid},fd=\\d+\\)\\)`),
    );
  }

  it('is in the log: java went SYN-SENT, and timed out', async () => {
    const { stdout } = await sstory('log', '--db', path, ...FILTER, 'and', 'dst', OLD);
    const lines = linesOf(stdout).slice(-2);
    match(
      lines[0] ?? '',
      new RegExp(`> ${OLD}:${PORT}  UNCONN -> SYN-SENT  java\\[${java.pid}\\]  netns ${home.name}$`),
    );
    match(
      lines[1] ?? '',
      new RegExp(`> ${OLD}:${PORT}  SYN-SENT -> UNCONN  java\\[${java.pid}\\]  netns ${home.name}  timed out$`),
    );
  });

  it('is in the socket table, live and of that moment, as ss would have shown it', async () => {
    showsStuck(live['ss'] as Outcome);
    showsStuck(await sstory('-antp', ...FILTER, ...at()));
  });

  it('is gone from the table of the end', async () => {
    const { stdout } = await sstory('ss', '-antpH', 'dst', OLD, '--at', 'end', '-N', 'all', '--db', path);
    equal(stdout, '');
  });

  it('went to an address that its name had left', async () => {
    const { stderr } = await sstory('ss', '-atrH', ...FILTER, ...at());
    match(stderr, new RegExp(`${NAME} resolved to ${OLD} only until .*`));
  });

  it('has a timeline: SYN-SENT, its SYNs sent again, its owner', async () => {
    for (const { stdout } of [
      live['timeline'] as Outcome,
      await sstory('timeline', '--db', path, ...FILTER, 'and', 'dst', OLD),
    ]) {
      const stuck = stdout.slice(stdout.lastIndexOf(`${OLD}:${PORT}`));
      match(stuck, new RegExp(`java.*${java.pid}|${java.pid}.*java`));
      match(stuck, /SYN-SENT/);
      match(stuck, /retransmit.*SYN/);
    }
  });

  it('is explained: the address does not answer, and the name has moved', async () => {
    for (const { stdout, stderr, exitCode } of [
      live['explain'] as Outcome,
      await sstory('explain', '--db', path, ...FILTER, ...at().slice(0, 2)),
    ]) {
      equal(exitCode, 0, stderr);
      match(stdout, /SYN-SENT/);
      match(stdout, new RegExp(`java\\[${java.pid}\\]`));
      match(stdout, /retransmit/);
      match(stdout, new RegExp(`${NAME}[^]*${NEW}`));
    }
  });

  it('is an SQL question', () => {
    // The kernel's own total is exact; it can skip the program of a retransmit without counting it (docs/probe.md).
    const rows = query(
      path,
      `SELECT comm, remote_addr, remote_port, close_reason,
         (SELECT name FROM names n WHERE n.address = c.remote_addr AND n.from_us <= c.opened_us AND n.netns = c.netns) AS name,
         (SELECT count(*) FROM events e WHERE e.connection_id = c.id AND e.detail = 'SYN') BETWEEN 1 AND retransmits AS syns
       FROM connections c WHERE origin = 'connect' AND close_reason <> 'orderly' AND netns = ?`,
      home.inode,
    );
    const stuck = { comm: 'java', remote_addr: OLD, remote_port: PORT, close_reason: 'timed out', name: NAME };
    deepEqual(rows, [{ ...stuck, syns: 1 }]);
  });
});
