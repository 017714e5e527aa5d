import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { execa } from 'execa';
import { FORMATS, schemaOf } from '../../../scripts/json-schemas/formats.js';
import { isoTime, localTime } from '../../../src/model/time-text.js';
import { requireChdb } from '../../fleet/chdb.js';
import { connectionOf, usAt } from '../../lab/history.js';
import { MAIN } from '../../lab/sstory.js';
import { Stage } from '../../lab/stage.js';
import { FleetLab } from './fleet-lab.js';

const AT = isoTime(usAt(20));
const time = (seconds: number) => localTime(usAt(seconds)).replace(/\.0+$/, '');

/** To port 9200 of 10.0.0.2: a connect that is not answered from 10 to 30 s. */
const unanswered = (id: number, comm: string) =>
  connectionOf(
    id,
    [
      [10, 'SYN-SENT'],
      [30, 'UNCONN'],
    ],
    { closeReason: 'timed out', comm },
  );
const working = connectionOf(7, [
  [5, 'SYN-SENT'],
  [5.1, 'ESTAB'],
]);
/** Open before a run of its host: the run's first snapshot found it, a tenth of a second after the start. */
const foundAt = (id: number, atS: number) =>
  connectionOf(
    id,
    [
      [atS, 'ESTAB', 'snapshot', 'no bound'],
      [atS + 2, 'UNCONN'],
    ],
    { origin: 'before-recording' },
  );
const v6 = connectionOf(8, [[6, 'ESTAB']], {
  tuple: { family: 6, localAddr: '2001:db8::1', localPort: 443, remoteAddr: '::1:0', remotePort: 50_000 },
});

describe('sstory ss --at --fleet', () => {
  const stage = new Stage();
  let lab: FleetLab;
  before(async function () {
    this.timeout(120_000);
    requireChdb(this);
    lab = await FleetLab.start();
    const directory = await stage.directory();
    await lab.host('web-1', directory, { connections: [unanswered(1, 'java'), working, v6, foundAt(9, 0.1)] });
    const name = { name: 'kafka.test', address: '10.0.0.2', source: 'dns', netns: 1 } as const;
    const moved = { ...name, name: 'old.test', fromUs: usAt(2), toUs: usAt(4), ended: 'replaced' as const };
    const names = [moved, { ...name, fromUs: usAt(3), toUs: usAt(15), ended: undefined }];
    // Its second run began at 62 s.
    const pause = { fromUs: usAt(55), toUs: usAt(62), reason: 'tracer' };
    await lab.host('web-2', directory, { connections: [working, foundAt(9, 62.1)], gaps: [pause], names });
    await lab.host('db-1', directory, {
      connections: [unanswered(1, 'python')],
      gaps: [{ fromUs: usAt(19), toUs: usAt(21) }],
    });
    await lab.host('old-1', directory, { connections: [unanswered(2, 'java')], endS: 28 });
  });
  after(async () => {
    await lab?.close();
    await stage[Symbol.asyncDispose]();
  });

  const run = async (args: readonly string[], env: Record<string, string> = {}) => {
    const { exitCode, stdout, stderr } = await execa(process.execPath, [MAIN, ...args], {
      reject: false,
      env: { ...lab.gateway.environment(), ...env },
    });
    return { exitCode, stdout, stderr, lines: stdout.split('\n').map((line) => line.trim().split(/\s+/)) };
  };
  const ask = (...args: string[]) => run(['ss', ...args, '--at', AT, '--fleet', lab.gateway.url()]);

  it('notes that hosts do not send bound sockets', async () => {
    for (const words of [['-tnB'], ['-tn', 'state', 'bound-inactive']]) {
      const { exitCode, stderr } = await ask(...words);
      equal(exitCode, 0, stderr);
      match(stderr, /hosts do not send sockets that are bound and nothing more: ask the host itself/);
    }
  });

  it('shows which connections of all hosts were in SYN-SENT, and first what that rests on', async () => {
    const { exitCode, stderr, lines } = await ask('-antp', 'state', 'syn-sent', 'dst', ':9200');
    equal(exitCode, 0, stderr);
    deepEqual(
      lines.map(([host, , , local, peer, users = '']) => [host, local, peer, users.replace(/,.*/, '')]),
      [
        ['Host', 'Local', 'Address:Port', 'Peer'],
        ['db-1', '10.0.0.1:40001', '10.0.0.2:9200', 'users:(("python"'],
        ['old-1', '10.0.0.1:40002', '10.0.0.2:9200', 'users:(("java"'],
        ['web-1', '10.0.0.1:40001', '10.0.0.2:9200', 'users:(("java"'],
      ],
    );
    const basis = `${time(20)}: 2 of 4 hosts complete, 1 behind (oldest ${time(18)}: old-1), 1 with gaps (db-1)`;
    equal(stderr.split('\n')[0], `sstory: ${basis}`);
    match(stderr, /3 sockets of 3 hosts in the initial network namespace of each \(-N all: in all\)$/m);
  });

  it('takes the fleet from the environment, where no database is named', async () => {
    const words = ['ss', '-tan', 'machine web-*', '--at', AT];
    const { stdout } = await run(words, { SSTORY_FLEET: lab.gateway.url() });
    deepEqual([...new Set([...stdout.matchAll(/^(\w+-\d) /gm)].map(([, host]) => host))], ['web-1', 'web-2']);
    const { exitCode, stderr } = await run([...words, '--db', '/nowhere/a.db'], { SSTORY_FLEET: lab.gateway.url() });
    equal(exitCode, 1);
    match(stderr, /\/nowhere\/a\.db/);
  });

  it('gives the basis as a line of its own in JSON, and the host in each other line', async () => {
    const { stdout, stderr } = await ask('-tan', '--json', 'host', '[::1:0]', 'or', 'comm', '=', 'python');
    const [basis, ...rows] = stdout.split('\n').map((line) => JSON.parse(line));
    equal(basis.type, 'basis');
    const format = FORMATS['basis'];
    ok(format !== undefined);
    const isBasis: (value: unknown) => boolean = new Ajv2020({ allowUnionTypes: true }).compile(
      schemaOf('basis', format),
    );
    ok(isBasis(basis));
    deepEqual(
      [basis.hosts, basis.complete, basis.behind.length, basis.gaps, basis.at],
      [4, 2, 1, [{ host: 'db-1', machine: 'machine-db-1' }], AT],
    );
    deepEqual(
      rows.map((row) => [row.host, row.machine, row.connection_id, row.state, row.remote_addr, row.mark]),
      [
        ['db-1', 'machine-db-1', 1, 'SYN-SENT', '10.0.0.2', 'gap'],
        ['web-1', 'machine-web-1', 8, 'ESTAB', '::1:0', null],
      ],
    );
    match(stderr, /^sstory: 2 sockets of 2 hosts in the initial network namespace of each/);
  });

  it('names the hosts that had taken no snapshot yet', async () => {
    const notedAt = async (atS: number) => {
      const words = ['ss', '-tan', '--at', isoTime(usAt(atS)), '--fleet', lab.gateway.url()];
      const { stderr } = await run(words);
      const { stdout } = await run([...words, '--json']);
      return [
        /^sstory: no snapshot had been taken yet then on (.*)$/m.exec(stderr)?.[1],
        JSON.parse(stdout.split('\n')[0] ?? '').before_snapshot,
      ];
    };
    const missing = (host: string) => [
      `1 host (${host}): sockets opened before its recorder started are missing`,
      [{ host, machine: `machine-${host}` }],
    ];
    deepEqual(await notedAt(0.05), missing('web-1'));
    deepEqual(await notedAt(62.05), missing('web-2'));
    for (const atS of [0.1, 50, 60, 62.1]) deepEqual(await notedAt(atS), [undefined, []], `at ${atS}`);
  });

  it('marks what a host had not sent up to then as uncertain', async () => {
    const { stdout } = await ask('-tan', '--columns', 'host,state,mark', 'machine', '=', 'old-1');
    deepEqual(
      stdout.split('\n').map((line) => line.split(/ +/)),
      [
        ['host', 'state', 'mark'],
        ['old-1', 'SYN-SENT', 'uncertain'],
      ],
    );
  });

  it('counts the sockets of all hosts', async () => {
    const { exitCode, stdout, stderr } = await ask('-s');
    equal(exitCode, 0, stderr);
    match(stderr, /2 of 4 hosts complete/);
    deepEqual(stdout.split('\n').slice(0, 5), [
      'Total: -',
      'TCP:   6 (estab 3, closed -, orphaned -, timewait 0)',
      '',
      'Transport Total     IP        IPv6',
      'TCP\t  6         5         1        ',
    ]);
    const inEnvironment = await run(['ss', '-s', '--at', AT], { SSTORY_FLEET: lab.gateway.url() });
    equal(inEnvironment.stdout, stdout);
    match((await ask('-s', '-N', 'blue')).stdout, /^TCP: {3}0 /m);
    match((await ask('-st', 'state', 'syn-sent')).stdout, /^TCP: {3}6 [\s\S]*\nHost [\s\S]*\nweb-1 /m);
  });

  it('shows the names that each host had recorded by then', async () => {
    const { stdout, stderr } = await ask('-tanrH', 'dst', ':9200');
    deepEqual(
      stdout.split('\n').map((line) => [line.split(/\s+/)[0], line.split(/\s+/)[5]]),
      [
        ['db-1', '10.0.0.2:9200'],
        ['old-1', '10.0.0.2:9200'],
        ['web-1', '10.0.0.2:9200'],
        ['web-1', '10.0.0.2:9200'],
        ['web-2', 'kafka.test:9200'],
      ],
    );
    match(stderr, /1 name comes from a DNS answer whose TTL had already expired/);
  });

  it('answers with no rows where nothing matches', async () => {
    const { exitCode, stdout, stderr } = await ask('-tanH', 'dst', '192.0.2.1');
    deepEqual([exitCode, stdout], [0, '']);
    match(stderr, /0 sockets of 0 hosts/);
  });

  it('points at an invalid filter before it connects', async () => {
    const { exitCode, stderr } = await run(['ss', '--at', AT, '--fleet', 'https://localhost:1/x', 'machin', 'web']);
    equal(exitCode, 1);
    match(stderr, /expected a condition, not "machin"/);
  });

  const refusals: readonly (readonly [string, readonly string[], number, RegExp])[] = [
    ['a fleet without a time', ['ss', '--fleet', 'https://localhost:1/x'], 255, /--fleet .* needs --at/],
    [
      'a fleet and a file',
      ['ss', '--at', 'now', '--db', 'a', '--fleet', 'https://h/x'],
      255,
      /cannot be used together/,
    ],
    [
      'a password in the URL',
      ['ss', '--at', 'now', '--fleet', 'https://u:hunter2@h/x'],
      2,
      /a password in the URL can be read/,
    ],
    ['a URL without a database', ['ss', '--at', 'now', '--fleet', 'https://h'], 2, /has to name a database/],
    [
      'HTTP to another host',
      ['ss', '--at', 'now', '--fleet', 'http://h.example/x'],
      2,
      /sends the password unencrypted/,
    ],
    ['no URL', ['ss', '--at', 'now', '--fleet', 'ch'], 2, /invalid URL/],
    [
      'a server that does not answer',
      ['ss', '--at', 'now', '--fleet', 'https://localhost:1/x'],
      1,
      /cannot be reached: connection refused/,
    ],
    ['machine without a fleet', ['ss', 'machine', 'web-1'], 2, /"machine" chooses among the hosts of a fleet/],
  ];
  for (const [what, args, exitCode, message] of refusals) {
    it(`refuses ${what}`, async () => {
      const outcome = await run(args);
      match(outcome.stderr, message);
      equal(outcome.exitCode, exitCode);
      ok(!outcome.stderr.includes('hunter2'));
      ok(!/\n {4}at /.test(outcome.stderr), outcome.stderr);
    });
  }

  it('refuses a wrong password, and a server of another certificate', async () => {
    const words = ['ss', '--at', AT, '--fleet', lab.gateway.url()];
    match((await run(words, { SSTORY_FLEET_PASSWORD: 'x' })).stderr, /wrong password, or unknown user "sstory"/);
    const insecure = { SSTORY_FLEET_CA: '', NODE_TLS_REJECT_UNAUTHORIZED: '0' };
    match((await run(words, insecure)).stderr, /TLS failed: self-signed certificate/);
  });

  it('names what a database lacks', async () => {
    await lab.gateway.run('CREATE DATABASE IF NOT EXISTS bare');
    const url = lab.gateway.url().replace(/\w+$/, 'bare');
    const { exitCode, stderr } = await run(['ss', '--at', AT, '--fleet', url]);
    equal(exitCode, 1);
    match(stderr, /lacks the table lives, .* and 4 more\n {2}sstory fleet init/);
    const none = await run(['ss', '--at', AT, '--fleet', url.replace(/bare$/, 'none')]);
    match(none.stderr, /there is no database none\n {2}sstory fleet init/);
  });

  it('reports a server that fails while it answers', async () => {
    lab.gateway.fault = ({ sql }) => (sql.includes('lives') ? 'cut' : undefined);
    const { exitCode, stdout, stderr } = await ask('-tan');
    lab.gateway.fault = () => undefined;
    deepEqual([exitCode, stdout], [1, '']);
    match(stderr, /cannot be reached: the connection was reset/);
  });
});
