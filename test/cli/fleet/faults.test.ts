import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { join } from 'node:path';
import { execa } from 'execa';
import { isoTime } from '../../../src/model/time-text.js';
import { requireChdb } from '../../fleet/chdb.js';
import type { Fault } from '../../fleet/gateway.js';
import { usAt } from '../../lab/history.js';
import { ALL_HOSTILE, HOSTILE_TEXTS, hiddenIn } from '../../lab/hostile-texts.js';
import { MAIN } from '../../lab/sstory.js';
import { Stage } from '../../lab/stage.js';
import { writeHostileHistory } from '../hostile-history.js';
import { FleetLab } from './fleet-lab.js';

const AT = isoTime(usAt(20));
/** The questions to a fleet, each of which shows texts of its hosts. */
const QUESTIONS = [
  ...[
    ['ss', '-tanpe', '-N', 'all', '--at', AT],
    ['ss', '-tan', '-N', 'all', '--json', '--at', AT],
  ],
  ...[
    ['ss', '-tan', '-N', 'all', '--csv', '--at', AT],
    ['ss', '-tanr', '-N', 'all', '--at', AT],
  ],
  ...[['log'], ['log', '--json'], ['names'], ['names', '--json']],
  ...[['top'], ['top', '--by', 'machine'], ['top', '--by', 'netns'], ['top', '--by', 'container'], ['top', '--json']],
  ['sql', 'SELECT DISTINCT host, comm, cgroup, netns_name FROM open_lives'],
] as const;

describe('questions to a fleet', function () {
  this.timeout(120_000);
  const stage = new Stage();
  let directory: string;
  let lab: FleetLab;
  before(async function () {
    requireChdb(this);
    lab = await FleetLab.start();
    directory = await stage.directory();
    const path = join(directory, 'hostile.db');
    writeHostileHistory(path);
    await lab.ship(ALL_HOSTILE, path, 'all', 'hostile');
  });
  after(async () => {
    await lab?.close();
    await stage[Symbol.asyncDispose]();
  });
  afterEach(() => {
    lab.gateway.fault = () => undefined;
  });

  const run = async (args: readonly string[], env: Record<string, string> = {}) => {
    const { exitCode, stdout, stderr } = await execa(process.execPath, [MAIN, ...args], {
      reject: false,
      env: { ...lab.gateway.environment(), SSTORY_FLEET: lab.gateway.url(), ...env },
    });
    return { exitCode, stdout, stderr };
  };
  const withFault = async (args: readonly string[], fault: Fault) => {
    lab.gateway.fault = ({ sql }) => (sql.includes('FROM lives') ? fault : undefined);
    const outcome = await run(args);
    lab.gateway.fault = () => undefined;
    return outcome;
  };

  for (const words of QUESTIONS)
    it(`show nothing that controls a terminal: ${words.join(' ')}`, async () => {
      const asked = words[0] === 'sql' ? [...words, '--fleet', lab.gateway.url()] : words;
      const { exitCode, stdout, stderr } = await run(asked);
      equal(exitCode, 0, stderr);
      ok(stdout.length > HOSTILE_TEXTS.length, stdout);
      // ss puts a tab before the second line of a socket.
      equal(hiddenIn(stdout.replaceAll(/^\t/gm, '').replaceAll('\r\n', '\n')), '');
      equal(hiddenIn(stderr), '');
    });

  it('end with one line where the server goes away, or fails, in the middle of its answer', async () => {
    for (const words of [['ss', '-tan', '-N', 'all', '--at', AT], ['log', '--json'], ['top']]) {
      const cut = await withFault(words, 'half');
      equal(cut.exitCode, 1);
      match(cut.stderr, /sstory: https:\S+ cannot be reached: (?:the connection was reset|aborted)$/m);
      const failed = await withFault(words, 'fail');
      equal(failed.exitCode, 1, failed.stdout);
      match(failed.stderr, /sstory: https:\S+: it failed while it answered: Memory limit \(total\) exceeded/m);
      for (const { stderr } of [cut, failed]) ok(!/\n {4}at /.test(stderr), stderr);
    }
  });

  it('end when their reader does', async () => {
    for (const words of ['log --json', `ss -tan -N all --json --at ${AT}`, 'top --json']) {
      const env = { ...lab.gateway.environment(), SSTORY_FLEET: lab.gateway.url() };
      const pipe = `set -o pipefail; "${process.execPath}" "${MAIN}" ${words} | head -n 1`;
      const { exitCode, stdout, stderr } = await execa('bash', ['-c', pipe], { reject: false, env });
      ok(exitCode === 0 || exitCode === 141, `${exitCode} ${stderr}`);
      equal((JSON.parse(stdout) as { type: string }).type, 'basis');
      ok(!/EPIPE|\n {4}at /.test(stderr), stderr);
    }
  });

  it('end on ^C while the server works', async () => {
    for (const words of [['ss', '-tan', '--at', AT], ['log'], ['top']]) {
      let release = () => {};
      const asked = new Promise<void>((arrived) => {
        lab.gateway.fault = ({ sql }) => {
          if (!sql.includes('FROM lives')) return undefined;
          arrived();
          return new Promise<void>((go) => {
            release = go;
          });
        };
      });
      const child = execa(process.execPath, [MAIN, ...words], {
        reject: false,
        env: { ...lab.gateway.environment(), SSTORY_FLEET: lab.gateway.url() },
      });
      await asked;
      child.kill('SIGINT');
      const { exitCode, signal, stdout, stderr } = await child;
      release();
      ok(signal === 'SIGINT' || exitCode === 130, `${exitCode} ${signal}`);
      equal(stdout, '');
      ok(!/\n {4}at /.test(stderr), stderr);
    }
  });

  const refused: readonly (readonly [string, string, Record<string, string>, RegExp, number])[] = [
    ['a user that cannot be decoded', 'https://%zz@localhost:1/x', {}, /the user in the URL has a %/, 2],
    ['an empty URL', '', {}, /--fleet: invalid URL/, 2],
    ['a database of another language', 'https://localhost:1/x%1b[2J', {}, /has to name a database/, 2],
    ['a file of certificates that is none', 'gateway', { SSTORY_FLEET_CA: MAIN }, /TLS failed/, 1],
    ['a password file that is missing', 'gateway', { SSTORY_FLEET_PASSWORD_FILE: '/nowhere' }, /\/nowhere/, 2],
  ];
  for (const [what, url, env, message, code] of refused)
    it(`refuse ${what}`, async () => {
      const fleet = url === 'gateway' ? lab.gateway.url() : url;
      const { exitCode, stdout, stderr } = await run(['top', '--fleet', fleet], env);
      deepEqual([exitCode, stdout], [code, ''], stderr);
      match(stderr, message);
      ok(!/\n {4}at /.test(stderr), stderr);
      equal(hiddenIn(stderr), '');
    });

  it('report a server that is not ClickHouse', async () => {
    const { createServer } = await import('node:https');
    const server = createServer({ ...lab.gateway.certificate }, (_, response) =>
      response.end('<html>\x1b[2J</html>\n'),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const { exitCode, stderr } = await run(['top', '--fleet', `https://localhost:${port}/x`]);
    server.closeAllConnections();
    server.close();
    equal(exitCode, 1);
    match(stderr, /this is not an answer of ClickHouse: <html>/);
    equal(hiddenIn(stderr), '');
  });

  it('name three of five hundred hosts that are behind', async () => {
    await lab.gateway.run(`INSERT INTO hosts_v1 (schema, host, machine, file, boot, segment, first_us, complete_us, version, kernel, sstory, source, what)
      SELECT 1, concat('web-', toString(number)), concat('m-', toString(number)), concat('f-', toString(number)), 'b', 0, ${usAt(0)}, ${usAt(5)}, ${usAt(5)}, '6.1', '0', 'bpf', 'all'
      FROM numbers(500)`);
    const { exitCode, stderr } = await run(['ss', '-tan', '--at', AT]);
    equal(exitCode, 0, stderr);
    match(
      stderr.split('\n')[0] ?? '',
      /: 1 of 501 hosts complete, 500 behind \(oldest \S+ \S+: web-0, web-1, web-10 and 497 more\)$/,
    );
    const { stdout } = await run(['top', '--json', '--until', AT]);
    equal((JSON.parse(stdout.split('\n')[0] ?? '') as { behind: unknown[] }).behind.length, 500);
  });

  it('report that no host has sent anything', async () => {
    await lab.gateway.run('TRUNCATE TABLE hosts_v1');
    for (const words of [['ss', '-tan', '--at', AT], ['ss', '-s', '--at', AT], ['log'], ['top'], ['names']]) {
      const { exitCode, stdout, stderr } = await run(words);
      deepEqual([exitCode, stdout], [1, '']);
      match(stderr, /no host has sent anything yet\n {2}sstory ship --to URL/);
    }
  });
});
