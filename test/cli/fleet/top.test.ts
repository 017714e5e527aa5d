import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { execa } from 'execa';
import { FORMATS, schemaOf } from '../../../scripts/json-schemas/formats.js';
import { requireChdb } from '../../fleet/chdb.js';
import { connectionOf } from '../../lab/history.js';
import { MAIN } from '../../lab/sstory.js';
import { Stage } from '../../lab/stage.js';
import { FleetLab } from './fleet-lab.js';

const to = (remoteAddr: string, remotePort: number) => ({
  tuple: { family: 4, localAddr: '10.0.0.1', localPort: 40_000, remoteAddr, remotePort } as const,
});
/** An ordinary short one, that ends at `atS`. */
const short = (id: number, atS: number, comm = 'java') =>
  connectionOf(
    id,
    [
      [atS - 1, 'SYN-SENT'],
      [atS - 0.5, 'ESTAB'],
      [atS, 'UNCONN'],
    ],
    { comm },
  );
const refused = (id: number, atS: number, comm: string) =>
  connectionOf(
    id,
    [
      [atS, 'SYN-SENT'],
      [atS + 0.1, 'UNCONN'],
    ],
    { comm, closeReason: 'refused', bytesSent: undefined, bytesReceived: undefined, ...to('10.0.0.3', 80) },
  );
const accepted = connectionOf(
  50,
  [
    [20, 'SYN-RECV'],
    [20.1, 'ESTAB'],
  ],
  { comm: 'nginx\x1b[2J', origin: 'accept', retransmits: 3, bytesSent: 5_000, netns: 7 },
);

describe('sstory top --fleet', () => {
  const stage = new Stage();
  let lab: FleetLab;
  before(async function () {
    this.timeout(120_000);
    requireChdb(this);
    lab = await FleetLab.start();
    const directory = await stage.directory();
    await lab.host('web-1', directory, {
      connections: [short(1, 10), short(2, 12), refused(3, 15, 'curl')],
      endS: 120,
    });
    await lab.host('web-2', directory, { connections: [short(1, 11), refused(2, 30, 'java'), accepted], endS: 120 });
    // Minutes of the clock begin 20 s, 80 s ... after the beginning.
    const counted = [short(1, 10), short(2, 30), short(3, 40, 'curl'), short(4, 95)];
    await lab.host('db-1', directory, { connections: [...counted, refused(5, 30, 'curl')], endS: 120 }, 'failures');
  });
  after(async () => {
    await lab?.close();
    await stage[Symbol.asyncDispose]();
  });

  const run = async (...args: string[]) => {
    const env = lab.gateway.environment();
    const words = [MAIN, 'top', '--fleet', lab.gateway.url(), ...args];
    const { exitCode, stdout, stderr } = await execa(process.execPath, words, { reject: false, env });
    return { exitCode, stdout, stderr, table: stdout.split('\n').slice(1) };
  };
  const json = async (...args: string[]) => {
    const { stdout } = await run('--json', ...args);
    return stdout
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter(({ type }) => type === 'top');
  };

  it('adds up what the processes of all hosts did, and what was counted', async () => {
    const { exitCode, stderr, table } = await run();
    equal(exitCode, 0, stderr);
    deepEqual(table, [
      'process       hosts  connects  failed  p50    p95    accepts  open  bytes  retrans',
      'java              3         5       1  500ms  500ms        0     0  120B   -        refused 1',
      'curl              2         3       2  -      -            0     0  30B    -        refused 2',
      'nginx\\x1b[2J      1         0       0  -      -            1     1  -      -',
    ]);
    match(stderr, /^sstory: .*: 3 of 3 hosts complete$/m);
    match(stderr, /^sstory: 2 connections that hosts counted are included/m);
    match(stderr, /^sstory: 2 counted connections left out: of minutes that are only partly in the time range$/m);
  });

  it('has a row for each host, and for each network namespace of a host', async () => {
    const { table } = await run('--by', 'machine', '--sort', 'failed');
    deepEqual(table, [
      'host   connects  failed  p50    p95    accepts  open  bytes  retrans',
      'db-1          3       1  -      -            0     0  60B          -  refused 1',
      'web-1         3       1  500ms  500ms        0     0  60B          0  refused 1',
      'web-2         2       1  500ms  500ms        1     1  30B+         -  refused 1',
    ]);
    const keys = (await run('--by', 'netns')).table.slice(1).map((line) => line.slice(0, 14).trim());
    deepEqual(keys, ['db-1 net:[1]', 'web-1 net:[1]', 'web-2 net:[1]', 'web-2 net:[7]']);
  });

  it('has peers and ports', async () => {
    const peers = await json('--by', 'peer');
    deepEqual(
      peers.map(({ peer, hosts, connects, accepts }) => [peer, hosts, connects, accepts]),
      [
        ['10.0.0.2', 3, 5, 1],
        ['10.0.0.3', 3, 3, 0],
      ],
    );
    const ports = await json('--by', 'port');
    deepEqual(
      ports.map(({ port, connects, accepts }) => [port, connects, accepts]),
      [
        [9200, 5, 0],
        [80, 3, 0],
        [40_050, 0, 1],
      ],
    );
  });

  it('gives JSON of the documented format, with what is not known', async () => {
    const format = FORMATS['top'];
    ok(format !== undefined);
    const isTop: (value: unknown) => boolean = new Ajv2020({ allowUnionTypes: true }).compile(schemaOf('top', format));
    const rows = await json('--by', 'machine');
    for (const row of rows) ok(isTop(row), JSON.stringify(row));
    deepEqual(
      rows.map((row) => [
        ...[row['host'], row['machine'], row['counted'], row['connect_times'], row['bytes_unknown_of']],
        row['retransmits_unknown_of'],
      ]),
      [
        ['db-1', 'machine-db-1', 2, 0, 0, 2],
        ['web-1', 'machine-web-1', 0, 2, 0, 0],
        ['web-2', 'machine-web-2', 0, 1, 1, 1],
      ],
    );
  });

  it('reports which counted connections are left out, because it is not known whether they match', async () => {
    const unknown = /counted connections left out: .* is not known$/m;
    const byPid = await run('pid', '42');
    match(byPid.stderr, unknown);
    match(byPid.table[1] ?? '', /^java +2 +4 /);
    match((await run('--by', 'container')).stderr, /2 counted connections left out: the container/);
    match((await run('state', 'syn-sent')).stderr, unknown);
    match((await run('src', '10.0.0.1')).stderr, unknown);
    const byPeer = await run('dst', '10.0.0.2:9200', 'and', 'machine', 'db-*', 'and', 'not', 'comm', 'curl');
    match(byPeer.stderr, /1 connection that hosts counted is included/);
    ok(!unknown.test(byPeer.stderr), byPeer.stderr);
    match(byPeer.table[1] ?? '', /^java +1 +1 /);
  });

  it('has no rows where nothing matches, and refuses hosts without a fleet', async () => {
    const { exitCode, table } = await run('dst', '192.0.2.1');
    deepEqual([exitCode, table.length], [0, 1]);
    const words = [MAIN, 'top', '--by', 'machine', '--db', `${await stage.directory()}/../nothing.db`];
    equal((await execa(process.execPath, words, { reject: false })).exitCode, 1);
  });

  it('shows as many rows as asked for', async () => {
    match((await run('-n', '1')).stdout, /\(2 more: -n 0 shows all\)$/);
    equal((await run('-n', '0')).table.length, 4);
  });
});
