import { deepEqual, equal, match } from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { notesOf } from '../../src/model/run-note.js';
import type { NameRow } from '../../src/store/name-writer.js';
import { DnsServer } from '../lab/dns-server.js';
import type { Netns } from '../lab/netns.js';
import { atMost, within } from '../lab/number-assertions.js';
import { requireBpf, requireDns } from '../lab/privileges.js';
import { MAIN, query, Recorder, sstory } from '../lab/sstory.js';
import { Stage } from '../lab/stage.js';
import { until } from '../lab/until.js';

const NAMES = new URL('../../src/names/name-checks.js', import.meta.url).href;

/** Sends bytes from port 53 to a port without a listener. */
const SENDER = `
const socket = require('node:dgram').createSocket('udp4');
socket.bind(53, '127.0.0.2', () => {
  const [bytes, port] = process.argv.slice(1);
  socket.send(Buffer.from(bytes, 'hex'), Number(port), '127.0.0.1', () => socket.close());
});`;

function rowsOf(path: string, netns: Netns, name: string): NameRow[] {
  return query<NameRow>(
    path,
    'SELECT * FROM names WHERE netns = ? AND name = ? ORDER BY from_us, address',
    netns.inode,
    name,
  );
}

async function recorded(path: string, netns: Netns, name: string, count = 1): Promise<NameRow[]> {
  return until(
    `${count} records of ${name}`,
    () => {
      const rows = rowsOf(path, netns, name);
      return rows.length >= count && rows;
    },
    () => JSON.stringify(rowsOf(path, netns, name)),
  );
}

describe('names, recorded', () => {
  const stage = new Stage();
  let directory: string;
  let path: string;
  let recorder: Recorder;
  let here: Netns;
  let server: DnsServer;
  let hosts: Netns;
  let hostsFile: string;

  /** A process with a hosts file of its own, as a container has. */
  async function container(netns: Netns, file: string): Promise<void> {
    const shell = `mount --bind ${file} /etc/hosts && echo ready && exec sleep 300`;
    const child = stage.process(
      execa(...netns.inside('unshare', '-m', 'sh', '-c', shell), { reject: false, stdin: 'ignore' }),
    );
    await new Promise((resolve) => child.stdout.once('data', resolve));
  }

  before(async function () {
    requireDns(this);
    directory = await stage.directory();
    path = join(directory, 'names.db');
    here = await stage.netns();
    const many = Array.from({ length: 120 }, (_, i) => `198.51.100.${i} many.test`);
    const names = ['192.0.2.1 kafka.test', '2001:db8::1 kafka.test', '192.0.2.7 tcp.test', ...many];
    server = stage.use(
      await DnsServer.start(here, directory, names, { ttl: 300, aliases: { 'alias.test': 'kafka.test' } }),
    );
    hosts = await stage.netns();
    hostsFile = join(directory, 'hosts');
    writeFileSync(hostsFile, '192.0.2.20 db.test\n');
    await container(hosts, hostsFile);
    recorder = stage.use(await Recorder.start(path, '--source', 'diag', '--interval', '200ms'));
  });
  after(() => stage[Symbol.asyncDispose]());

  it('are what processes were answered, for the TTL of the answer', async () => {
    await server.ask('kafka.test', 'A');
    await server.ask('kafka.test', 'AAAA');
    const rows = await recorded(path, here, 'kafka.test', 2);
    deepEqual(
      rows.map(({ address, source, from_us, to_us, ended }) => [address, source, (to_us ?? 0) - from_us, ended]),
      [
        ['192.0.2.1', 'dns', 300_000_000, null],
        ['2001:db8::1', 'dns', 300_000_000, null],
      ],
    );
  });

  it('are read from answers over IPv6 too, and begin when the answer came', async () => {
    const beforeUs = Date.now() * 1000;
    await execa(...here.inside('dig', '@::1', '+short', '+tries=1', 'tcp.test'));
    const afterUs = (Date.now() + 1) * 1000;
    const [row] = await recorded(path, here, 'tcp.test');
    within(row?.from_us ?? 0, beforeUs, afterUs, 'from_us');
  });

  it('are those that were asked for, where aliases lead to the address', async () => {
    await server.ask('alias.test');
    const rows = await recorded(path, here, 'alias.test');
    deepEqual(
      rows.map(({ address }) => address),
      ['192.0.2.1'],
    );
  });

  it('are read from answers over TCP, long ones too', async () => {
    const answer = await server.ask('many.test', '+tcp');
    equal(answer.length, 120);
    const rows = await recorded(path, here, 'many.test', 120);
    deepEqual(new Set(rows.map(({ address }) => address)), new Set(answer));
  });

  it('end when they move', async () => {
    await server.move(['192.0.2.9 kafka.test'], 'kafka.test', '192.0.2.9');
    await until('the end of the old one', () =>
      rowsOf(path, here, 'kafka.test').some(({ ended }) => ended === 'replaced'),
    );
    const rows = rowsOf(path, here, 'kafka.test').filter(({ address }) => !address.includes(':'));
    deepEqual(
      rows.map(({ address, ended }) => [address, ended]),
      [
        ['192.0.2.1', 'replaced'],
        ['192.0.2.9', null],
      ],
    );
    equal(rows[0]?.to_us, rows[1]?.from_us);
  });

  it('end when the server no longer has them', async () => {
    await server.ask('tcp.test');
    await until('the end', () => rowsOf(path, here, 'tcp.test').some(({ ended }) => ended === 'gone'));
  });

  it('are those of one namespace, also of one that came while it recorded', async () => {
    const there = await stage.netns();
    const other = stage.use(await DnsServer.start(there, directory, ['192.0.2.77 kafka.test']));
    const rows = await until('an answer there', async () => {
      await other.ask('kafka.test');
      const found = rowsOf(path, there, 'kafka.test');
      return found.length > 0 && found;
    });
    deepEqual(
      rows.map(({ address }) => address),
      ['192.0.2.77'],
    );
    deepEqual(
      rowsOf(path, here, 'kafka.test').filter(({ address }) => address === '192.0.2.77'),
      [],
    );
  });

  it('come from the hosts file that processes there see, with its changes', async () => {
    const [first] = await recorded(path, hosts, 'db.test');
    deepEqual([first?.address, first?.source, first?.to_us], ['192.0.2.20', 'hosts', null]);
    writeFileSync(hostsFile, '192.0.2.21 db.test\n192.0.2.20 old-db.test\n');
    const rows = await recorded(path, hosts, 'db.test', 2);
    deepEqual(
      rows.map(({ address, ended }) => [address, ended]),
      [
        ['192.0.2.20', 'removed'],
        ['192.0.2.21', null],
      ],
    );
    equal((await recorded(path, hosts, 'old-db.test')).length, 1);
  });

  it('survive packets that are not DNS, and count them', async () => {
    const garbage = ['0001800000010001', 'ffffffffffffffffffffffffffffffffffffffff', '0000800000010000000000003f'];
    for (const bytes of garbage) await here.run(process.execPath, '-e', SENDER, bytes, '9999');
    const outcome = await recorder.stop();
    equal(outcome.exitCode, 0, outcome.stderr);
    match(outcome.stderr, /names: 0 DNS answers dropped, [1-9]\d* packets? could not be read/);
    const [run] = query<{ notes: string }>(path, 'SELECT notes FROM runs');
    const [note] = notesOf(run?.notes ?? '').filter(({ subject }) => subject === 'names');
    match(note?.text ?? '', /could not be read/);
  });

  it('of today are looked up on request, and marked as such', async () => {
    const resolver = join(directory, 'resolv.conf');
    writeFileSync(resolver, 'nameserver 127.0.0.1\n');
    const shell = `mount --bind ${resolver} /etc/resolv.conf && exec "$@"`;
    const command = [process.execPath, MAIN, 'names', '192.0.2.9', '--reverse', '--db', path];
    const { stderr } = await execa(...here.inside('unshare', '-m', 'sh', '-c', shell, 'sh', ...command));
    match(stderr, /current PTR record of 192\.0\.2\.9: kafka\.test/);
  });

  it('can be asked for', async () => {
    const { stdout } = await sstory('names', 'kafka.test', '--json', '--db', path);
    const addresses = stdout.split('\n').flatMap((line) => {
      const { address, netns } = JSON.parse(line) as NameRow;
      return netns === here.inode ? [address] : [];
    });
    deepEqual(addresses.sort(), ['192.0.2.1', '192.0.2.9', '2001:db8::1']);
  });
});

describe('names without the right to capture packets', () => {
  const stage = new Stage();
  before(function () {
    requireDns(this);
  });
  after(() => stage[Symbol.asyncDispose]());

  const without = ['--bounding-set', '-net_raw', process.execPath, MAIN];

  it('come from hosts files alone, and one line says so', async () => {
    const path = join(await stage.directory(), 'raw.db');
    const words = ['record', '--db', path, '--source', 'diag', '--duration', '300ms'];
    const { exitCode, stderr } = await execa('setpriv', [...without, ...words]);
    equal(exitCode, 0);
    equal(
      stderr.match(/names: DNS answers are not recorded, only hosts files \(.*not permitted\)/g)?.length,
      1,
      stderr,
    );
    deepEqual(query(path, "SELECT * FROM names WHERE source = 'dns'"), []);
  });

  it('are a line of doctor', async () => {
    const program = `import(${JSON.stringify(NAMES)}).then(({ nameChecks }) => console.log(JSON.stringify([...nameChecks()])))`;
    const { stdout } = await execa('setpriv', ['--bounding-set', '-net_raw', process.execPath, '-e', program]);
    match(stdout, /"DNS answers","required":false,"ok":false.*CAP_NET_RAW/);
  });
});

describe('sstory record --no-names', () => {
  const stage = new Stage();
  before(function () {
    requireDns(this);
  });
  after(() => stage[Symbol.asyncDispose]());

  it('opens no packet socket and records no name', async () => {
    const path = join(await stage.directory(), 'none.db');
    const netns = await stage.netns();
    const server = stage.use(await DnsServer.start(netns, await stage.directory(), ['192.0.2.1 kafka.test']));
    const recorder = stage.use(await Recorder.start(path, '--source', 'diag', '--no-names'));
    const inodes = await netns.run('cat', '/proc/net/packet');
    equal(inodes.split('\n').length, 1, inodes);
    await server.ask('kafka.test');
    const outcome = await recorder.stop();
    match(outcome.stderr, /names: not recorded \(--no-names\)/);
    deepEqual(query(path, 'SELECT * FROM names'), []);
    match((await sstory('names', '--db', path)).stderr, /run 1: names: not recorded/);
  });
});

describe('a connection that was reached by name', () => {
  const stage = new Stage();
  before(function () {
    requireDns(this);
    requireBpf(this);
  });
  after(() => stage[Symbol.asyncDispose]());

  it('was opened after the name was known, and carries it', async () => {
    const path = join(await stage.directory(), 'reached.db');
    const netns = await stage.netns();
    const server = stage.use(
      await DnsServer.start(netns, await stage.directory(), ['127.0.0.9 broker.test'], { ttl: 1 }),
    );
    const [client, broker] = [await stage.actor('client', netns), await stage.actor('broker', netns)];
    const { port } = await broker.listenAt('127.0.0.9', 9_200);
    const recorder = stage.use(await Recorder.start(path, '--source', 'bpf', '--interval', '200ms'));
    await server.ask('broker.test');
    await client.connect(await client.socket(), '127.0.0.9', port);
    const count = 'SELECT opened_us FROM connections WHERE netns = ? AND remote_port = ? AND remote_addr = ?';
    const [connection] = await until('the connection', () => {
      const found = query<{ opened_us: number }>(path, count, netns.inode, port, '127.0.0.9');
      return found.length > 0 && found;
    });
    const [name] = await recorded(path, netns, 'broker.test');
    await recorder.stop();
    atMost(name?.from_us ?? Number.NaN, connection?.opened_us ?? Number.NaN, 'from_us');
    const shown = await sstory(
      'ss',
      '-Hrtn',
      '--at',
      'end',
      'dst',
      'broker.test',
      'dport',
      '9200',
      '-N',
      netns.name,
      '--db',
      path,
    );
    match(shown.stdout, /broker\.test:9200/);
  });
});
