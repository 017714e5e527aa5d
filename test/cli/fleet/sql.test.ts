import { deepEqual, equal, match } from 'node:assert/strict';
import { execa } from 'execa';
import { requireChdb } from '../../fleet/chdb.js';
import { connectionOf } from '../../lab/history.js';
import { MAIN } from '../../lab/sstory.js';
import { Stage } from '../../lab/stage.js';
import { FleetLab } from './fleet-lab.js';

const COOKIE = 2 ** 53 - 1;

describe('sstory sql --fleet', () => {
  const stage = new Stage();
  let lab: FleetLab;
  before(async function () {
    this.timeout(120_000);
    requireChdb(this);
    lab = await FleetLab.start();
    const directory = await stage.directory();
    const connections = [
      connectionOf(
        1,
        [
          [1, 'SYN-SENT'],
          [2, 'UNCONN'],
        ],
        { closeReason: 'refused', cookie: COOKIE, comm: 'a\u001b[31mb' },
      ),
    ];
    await lab.host('web-1', directory, { connections });
    await lab.host('web-2', directory, { connections, endS: 40 });
  });
  after(async () => {
    await lab?.close();
    await stage[Symbol.asyncDispose]();
  });

  const ask = async (args: readonly string[], input = '') =>
    execa(process.execPath, [MAIN, 'sql', '--fleet', lab.gateway.url(), ...args], {
      reject: false,
      input,
      env: lab.gateway.environment(),
    });

  it('answers from the tables of all hosts, and says how far those have come', async () => {
    const { stdout, stderr, exitCode } = await ask([
      'SELECT host, close_reason, cookie, step_into FROM lives ORDER BY host',
    ]);
    equal(exitCode, 0, stderr);
    deepEqual(
      stdout.split('\n').map((line) => line.split(/ {2,}/)),
      [
        ['host', 'close_reason', 'cookie', 'step_into'],
        ['-----', '------------', '-'.repeat(16), '-'.repeat(21)],
        ['web-1', 'refused', String(COOKIE), '["SYN-SENT","UNCONN"]'],
        ['web-2', 'refused', String(COOKIE), '["SYN-SENT","UNCONN"]'],
      ],
    );
    match(stderr, /^sstory: 2 hosts: complete up to 20.*, web-2 up to .* only$/);
  });

  it('reads several statements from stdin, and writes JSON', async () => {
    const { stdout } = await ask(
      ['--format', 'json'],
      "SELECT count() AS n FROM lives; SELECT 'a;b' AS t, NULL AS u, 18446744073709551615 AS v;",
    );
    deepEqual(stdout.split('\n'), ['{"n":2}', '{"t":"a;b","u":null,"v":18446744073709551615}']);
  });

  it('shows columns without rows', async () => {
    const { stdout } = await ask(['--format', 'csv', 'SELECT host FROM lives WHERE 0']);
    equal(stdout.trim(), 'host');
  });

  it('lets no text control the terminal', async () => {
    const { stdout } = await ask(["SELECT comm FROM lives WHERE host = 'web-1'"]);
    match(stdout, /a\\x1b\[31mb/);
  });

  it('reports what the server says of an invalid query in one line', async () => {
    const { exitCode, stdout, stderr } = await ask(['SELECT nothing FROM lives']);
    deepEqual([exitCode, stdout], [1, '']);
    match(stderr, /localhost:\d+\/sstory: .*nothing.* \(UNKNOWN_IDENTIFIER\)$/);
  });

  it('changes nothing', async () => {
    const { exitCode, stderr } = await ask(['DROP TABLE lives']);
    equal(exitCode, 1);
    match(stderr, /readonly/i);
  });

  it('needs a query', async () => {
    const { exitCode, stderr } = await ask([]);
    equal(exitCode, 2);
    match(stderr, /the query is empty/);
  });
});
