/** Three hosts, each with a recorder of its own: a client, a box that forwards and drops, and a server. */
import { deepEqual, equal, match } from 'node:assert/strict';
import { join } from 'node:path';
import { execa } from 'execa';
import { isoTime } from '../../src/model/time-text.js';
import { FleetLab } from '../cli/fleet/fleet-lab.js';
import { requireChdb } from '../fleet/chdb.js';
import type { Actor } from '../lab/actor.js';
import type { Netns } from '../lab/netns.js';
import { requireRoot } from '../lab/privileges.js';
import { MAIN, numberOf, Recorder } from '../lab/sstory.js';
import { Stage } from '../lab/stage.js';
import { until } from '../lab/until.js';

const CLIENT = { v4: '198.51.100.2', v6: '2001:db8:1::2' } as const;
const SERVER = { v4: '203.0.113.2', v6: '2001:db8:2::2' } as const;
const PORT = { synLost: 9_201, synAckLost: 9_202, queueFull: 9_203, synLost6: 9_204, works: 9_205 } as const;
/** A connect has waited that long at the time that is explained; and hosts report what is older than 10 s as complete. */
const WAITED_US = 5_000_000;
const SETTLED_US = 11_000_000;
const HOSTS = ['client-1', 'box-1', 'server-1'] as const;

interface Basis {
  readonly hosts: number;
  readonly complete: number;
}

interface Ends {
  readonly host: string;
  readonly verdict: string;
  readonly inferred: boolean;
  readonly sentences: readonly { readonly text: string }[];
}

/** A link between two namespaces, each end with an address of both families, and the way to everything behind it. */
async function joinTo(
  box: Netns,
  host: Netns,
  device: string,
  net: { readonly v4: string; readonly v6: string },
): Promise<void> {
  const boxEnd = { v4: net.v4.replace(/\.2$/, '.1'), v6: net.v6.replace(/::2$/, '::1') };
  await box.run('ip', 'link', 'add', device, 'type', 'veth', 'peer', 'name', 'veth0', 'netns', host.name);
  for (const [netns, name, ends] of [
    [box, device, boxEnd],
    [host, 'veth0', net],
  ] as const) {
    await netns.run('ip', 'address', 'add', `${ends.v4}/24`, 'dev', name);
    await netns.run('ip', 'address', 'add', `${ends.v6}/64`, 'dev', name, 'nodad');
    await netns.run('ip', 'link', 'set', name, 'up');
  }
  await host.run('ip', 'route', 'add', 'default', 'via', boxEnd.v4);
  await host.run('ip', '-6', 'route', 'add', 'default', 'via', boxEnd.v6);
}

async function begin(client: Actor, address: string, port: number): Promise<number> {
  const fd = await client.socket(address.includes(':') ? 6 : 4);
  await client.nonBlocking(fd);
  await client.connect(fd, address, port);
  return fd;
}

describe('explain --fleet, with a recorder on each of three hosts', function () {
  this.timeout(120_000);
  let stage: Stage;
  let lab: FleetLab;
  let clientDb: string;
  let atUs: number;

  before(async function () {
    requireRoot(this);
    requireChdb(this);
    stage = new Stage();
    lab = await FleetLab.start();
    const [client, box, server] = [await stage.netns(), await stage.netns(), await stage.netns()];
    await joinTo(box, client, 'veth1', CLIENT);
    await joinTo(box, server, 'veth2', SERVER);
    await box.sysctl('net.ipv4.ip_forward', 1);
    await box.sysctl('net.ipv6.conf.all.forwarding', 1);
    await box.run('nft', 'add table inet lab');
    await box.run('nft', 'add chain inet lab forwarded { type filter hook forward priority 0; }');
    for (const dropped of [
      `tcp dport { ${PORT.synLost}, ${PORT.synLost6} } tcp flags & syn == syn`,
      `tcp sport ${PORT.synAckLost}`,
    ])
      await box.run('nft', `add rule inet lab forwarded ${dropped} drop`);

    const directory = await stage.directory();
    const paths = HOSTS.map((host) => join(directory, `${host}.db`));
    const [first = '', , third = ''] = paths;
    clientDb = first;
    const recorders: Recorder[] = [];
    for (const [index, netns] of [client, box, server].entries()) {
      const options = ['--source', 'diag', '--netns', 'self', '--interval', '100ms', '--no-names'];
      recorders.push(stage.use(await Recorder.startIn(netns, paths[index] ?? '', ...options)));
    }
    const [java, kafka] = [await stage.actor('java', client), await stage.actor('kafka', server)];
    for (const port of [PORT.synLost, PORT.synAckLost, PORT.works]) await kafka.listenAt(SERVER.v4, port);
    await kafka.listenAt(SERVER.v6, PORT.synLost6);
    await kafka.listenAt(SERVER.v4, PORT.queueFull, 0);
    // It waits in the queue, and the queue is full.
    equal((await java.connect(await java.socket(), SERVER.v4, PORT.queueFull)).errno, 0);
    equal((await java.connect(await java.socket(), SERVER.v4, PORT.works)).errno, 0);
    await until('a full queue in the record of the server', () => {
      const sql = `SELECT count(*) FROM connections c JOIN samples s ON s.connection_id = c.id
        WHERE c.state = 'LISTEN' AND c.local_port = ${PORT.queueFull} AND s.recv_q > s.send_q`;
      return numberOf(third, sql) > 0;
    });
    for (const port of [PORT.synLost, PORT.synAckLost, PORT.queueFull]) await begin(java, SERVER.v4, port);
    await begin(java, SERVER.v6, PORT.synLost6);
    const waiting = "FROM connections WHERE state = 'SYN-SENT'";
    await until('four connects that wait', () => numberOf(clientDb, `SELECT count(*) ${waiting}`) === 4);
    const lastUs = () => Math.min(...paths.map((path) => numberOf(path, 'SELECT max(last_us) FROM runs')));
    const begunUs = numberOf(clientDb, `SELECT max(opened_us) ${waiting}`);
    for (const share of [0.5, 1])
      await until(
        'a record of all hosts that is long enough',
        () => lastUs() > begunUs + share * (WAITED_US + SETTLED_US),
      );
    atUs = lastUs() - SETTLED_US;
    for (const [index, recorder] of recorders.entries()) {
      const { exitCode, stderr } = await recorder.stop();
      equal(exitCode, 0, stderr);
      await lab.ship(HOSTS[index] ?? '', recorder.path, 'failures,slow');
    }
  });
  after(async () => {
    await lab?.close();
    await stage?.[Symbol.asyncDispose]();
  });

  const explain = async (port: number): Promise<{ basis: Basis; ends: Ends }> => {
    // The other connection to that port is the one that is connected.
    const id = numberOf(clientDb, `SELECT max(id) FROM connections WHERE remote_port = ${port}`);
    const { exitCode, stdout, stderr } = await execa(
      process.execPath,
      [MAIN, 'explain', `client-1:${id}`, '--at', isoTime(atUs), '--fleet', lab.gateway.url(), '--json'],
      { reject: false, env: lab.gateway.environment() },
    );
    equal(exitCode, 0, stderr);
    const [basis, , ends] = stdout.split('\n').map((line) => JSON.parse(line));
    return { basis, ends };
  };

  const CASES: readonly (readonly [what: string, port: number, verdict: string, says: RegExp])[] = [
    [
      'a SYN that the box dropped',
      PORT.synLost,
      'SYN lost',
      /203\.0\.113\.2 is an address of server-1\. .*the SYN did not reach its TCP\. It was lost on the way from client-1 to server-1.*kafka\[\d+\] listened there on 203\.0\.113\.2:9201/,
    ],
    [
      'a SYN-ACK that the box dropped',
      PORT.synAckLost,
      'SYN-ACK lost',
      /The SYN reached server-1 at .* the SYN-ACK was lost on the way from server-1 to client-1/,
    ],
    [
      'a SYN that the server dropped, as its accept queue is full',
      PORT.queueFull,
      'queue full',
      /server-1 dropped the SYN because the accept queue of kafka\[\d+\]'s listener 203\.0\.113\.2:9203 was full at .*: 1 connection waiting against a backlog of 0/,
    ],
    [
      'a SYN over IPv6 that the box dropped',
      PORT.synLost6,
      'SYN lost',
      /2001:db8:2::2 is an address of server-1\. .*the SYN did not reach its TCP/,
    ],
    [
      'a connection that works',
      PORT.works,
      'both agree',
      /The other end is connection \d+ of server-1.*Both ends agree/,
    ],
  ];
  for (const [what, port, verdict, says] of CASES) {
    it(`names ${what}`, async () => {
      const { basis, ends } = await explain(port);
      deepEqual([basis.hosts, basis.complete], [3, 3]);
      match(ends.sentences.map(({ text }) => text).join(' '), says);
      deepEqual([ends.host, ends.verdict, ends.inferred], ['client-1', verdict, false]);
    });
  }
});
