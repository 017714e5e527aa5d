/** The same filters through the installed ss and through ours, over the same sockets. Needs root, for a network namespace. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import type { FilterSubject } from '../../src/filter/expression.js';
import { matches } from '../../src/filter/matches.js';
import { parseFilter } from '../../src/filter/parse.js';
import { resolveNames } from '../../src/filter/resolve.js';
import { anyAddress, type Family } from '../../src/model/address.js';
import { cgroupPathOf } from '../../src/model/cgroup.js';
import { SstoryError } from '../../src/model/error.js';
import type { NameLookups } from '../../src/model/name-lookups.js';
import { isTcpState } from '../../src/model/tcp-state.js';
import type { SsAnswer } from '../lab/ss-world.js';

const cgroupRoot = readFileSync('/proc/self/mounts', 'utf8').match(/^\S+ (\S+) cgroup2 /m)?.[1];

const GOOD = [
  '',
  // States
  'state all',
  'state established',
  'state ESTABLISHED',
  'state listening',
  'state closed',
  'state close',
  'state unconnected',
  'state connected',
  'state synchronized',
  'state bucket',
  'state big',
  'state syn-sent',
  'state syn-recv',
  'state fin-wait-1',
  'state fin-wait-2',
  'state time-wait',
  'state close-wait',
  'state last-ack',
  'state closing',
  'exclude listening',
  'exclude established',
  'exclude all',
  'excl time-wait',
  'state established state listening',
  'state big exclude listening',
  'exclude established state established',
  'state established exclude established',
  'state connected exclude bucket',
  // Hosts
  'src 127.0.0.1',
  'src = 127.0.0.1',
  'src == 127.0.0.1',
  'src eq 127.0.0.1',
  'dst 127.0.0.1',
  'dst 192.0.2.9',
  'src :80',
  'src *:80',
  'src 127.0.0.1:80',
  'src 127.0.0.1:*',
  'src 127.0.0.1:',
  'src 127.0.0.0/8',
  'src 127/8',
  'src 127',
  'src 127.1',
  'src 127.1/16',
  'src 127.0.0.0/24:80',
  'src 127.9.9.9/16',
  'src 127.0.0.1/255.0.0.0',
  'src 0.0.0.0/0',
  'src 0/0',
  'src 0.0.0.0',
  'dst 0.0.0.0',
  'src ::/0',
  'src ::/0:443',
  'src [::/0]:443',
  'src [::1]',
  'src [::1]:443',
  'src [::1]:*',
  'src ::1:443',
  'src ::1/128',
  'src [::1/127]',
  'dst [::]',
  'src [::]',
  'src 127.0.0.5',
  'src [::ffff:127.0.0.5]',
  'src [::ffff:127.0.0.5]:9090',
  'dst [::ffff:127.0.0.5]',
  'dst 127.0.0.5',
  'src ::ffff:127.0.0.0/104',
  'src [::ffff:0:0/96]',
  'src *',
  'src *:*',
  'src any',
  'src all',
  'src default:80',
  'src [*]:80',
  'src :',
  'dst :0',
  'dst *:0',
  'src :0',
  'src :0x50',
  'src :0120',
  'dst 198.51.100.0/24',
  // Families
  'src inet:127.0.0.1',
  'src inet:127.0.0.5',
  'src inet:127.0.0.0/8',
  'src inet6:[::1]:443',
  'src inet:*',
  'src inet6:*',
  'src inet:*:80',
  'src inet::80',
  'src inet6::9090',
  'not src inet:127.0.0.1',
  'not src inet6:[::1]',
  'sport = inet:80',
  'sport = inet6::9090',
  'sport != inet6:443',
  'src inet:127.0.0.1 or src inet6:[::1]',
  'src inet6:[::1] or sport 22',
  'sport inet:*',
  'src 127.0.0.0/8 or sport inet6:443',
  // Ports
  'sport 80',
  'sport :80',
  'sport = 80',
  'sport = :80',
  'sport == :80',
  'sport eq :80',
  'sport != :80',
  'sport ne :80',
  'sport neq :80',
  'sport >= :8080',
  'sport ge 8080',
  'sport geq :8080',
  'sport <= 80',
  'sport le :80',
  'sport leq 80',
  'sport > 8080',
  'sport gt :8080',
  'sport < 80',
  'sport lt :80',
  'dport 80',
  'dport ge 9090',
  'dport 0',
  'dport gt 0',
  'dport lt 1',
  'dport ne 0',
  'sport = 0x50',
  'sport = 0120',
  'sport ge 0',
  'sport *',
  'sport :*',
  'sport = *',
  'sport != *',
  'sport > *',
  'sport le *',
  'not sport *',
  'dport = :9200',
  'sport le 65535',
  'sport gt 65535',
  // Devices, marks, cgroups, automatic ports
  'dev lo',
  'dev = lo',
  'dev == lo',
  'dev eq lo',
  'dev != lo',
  'dev ne lo',
  'dev neq lo',
  'dev 1',
  'dev 0',
  'dev 0x1',
  'dev near',
  'not dev lo',
  'fwmark 0x17',
  'fwmark = 0x17',
  'fwmark 23',
  'fwmark 027',
  'fwmark != 0x17',
  'fwmark ne 0x17/0xff',
  'fwmark 0',
  'fwmark 0x10/0x10',
  'fwmark 0x17/0x10',
  'fwmark 0x17/0',
  'fwmark 0x80000000/0x80000000',
  'fwmark 0x80000001',
  'fwmark 0xffffffff',
  'not fwmark 0',
  'autobound',
  'autobound and dport 80',
  'autobound sport gt 0',
  'autobound or sport 22',
  // How they combine
  'dport 80 and sport 40001',
  'dport 80 sport 40001',
  'dport 80 & sport 40001',
  'dport 80 && sport 40001',
  'dport 80 or sport 80',
  'dport 80 | sport 80',
  'dport 80 || sport 80',
  'not dport 80',
  '! dport 80',
  'not not dport 80',
  'not dport 80 or sport 40001',
  'not dport 80 and not sport 80',
  'not ( dport 80 or sport 80 )',
  '! ( dport 80 )',
  'dport 80 or sport 80 and src 127.0.0.6',
  'dport 80 or sport 80 src 127.0.0.6',
  '( dport 80 or sport 80 ) and src 127.0.0.1',
  'dport 80 or ( sport 80 and src 127.0.0.6 )',
  'src 127.0.0.6 or dport 80 sport 40001',
  'src 127.0.0.6 sport 40007 or dport 80',
  'src 127.0.0.1 not sport 80',
  'dport 80 and sport 40001 or src 127.0.0.6 and dport 9090',
  'dport 80 or src 127.0.0.6 dport 9090 or sport 22',
  'not src 127.0.0.1 sport 443',
  'state established not dst 127.0.0.1',
  'state connected ( sport 443 or dport 443 )',
  'state listening src :80',
  'state syn-sent dst :9200',
  'state time-wait dport 443',
  'not src 127.0.0.0/8',
  'not dst [::1]',
  'not src 127.0.0.5',
  'not src *:80',
  '( ( ( sport 22 ) ) )',
]; // prettier-ignore

const WITH_SERVICES = [
  'src :http',
  'src 127.0.0.1:http',
  'sport = http',
  'dport = :https',
  'src [::1]:https',
  'sport != ssh',
];
const WITH_CGROUPS = ['cgroup =', 'cgroup', 'cgroup !=', 'cgroup ne', 'not cgroup'].map(
  (word) => `${word} ${cgroupRoot}`,
);

const BAD = [
  'state foo',
  'state',
  'exclude',
  'state established,listening',
  'state timewait',
  'state fin-wait1',
  'sta all',
  'dst 127.0.0.1 state established',
  '( state established )',
  'foo',
  '127.0.0.1',
  ':80',
  '*',
  'dst 127.0.0.1 80',
  'or',
  'and',
  'not',
  '( )',
  '( dport 80',
  'dport 80 )',
  'dport',
  'dport =',
  'dport 80 or',
  'dport 80 or or sport 80',
  'dport = = 80',
  'sport sport',
  'src dst',
  'dst and',
  'dst not',
  'src',
  'dst =',
  'dst != 127.0.0.1',
  'dst ne 127.0.0.1',
  'dst > 127.0.0.1',
  'dst ge 127.0.0.1',
  'dst 10.0.0.0/33',
  'dst 256.1.1.1',
  'dst 127.0.0.1.1',
  'dst 127.0.0.1/',
  'dst 127.0.0.1/x',
  'dst 127.0.0.1/8/8',
  'dst /8',
  'dst ::',
  'dst ::1',
  'dst fe80::1',
  'dst [::1]/128',
  'dst [::1]%lo',
  'dst ::1/129',
  'dst 127.0.0.1/255.0.255.0',
  'dst inet6:127.0.0.1',
  'dst inet:[::1]',
  'src inet6:[::1] or src 127.0.0.1',
  'src inet:127.0.0.1 or src [::1]',
  'dst 127.0.0.1:nosuchservice',
  'dst tcp:127.0.0.1',
  'sport = 127.0.0.1:80',
  'sport = [::1]:443',
  'sport = nosuchservice',
  'sport = 80x',
  'sport = 080',
  'sport =:80',
  'sport=:80',
  'sport >80',
  'sport => 80',
  'sport <> 80',
  '(dport = 80)',
  'not( dport 80 )',
  '!! dport 80',
  'dport ge 1 le 5',
  'dport 80 xor sport 1',
  'dport 80 AND sport 1',
  'DST 127.0.0.1',
  'dev nosuchdevice',
  'dev > lo',
  'dev',
  'fwmark foo',
  'fwmark 1/foo',
  'fwmark /1',
  'fwmark 1/',
  'fwmark > 1',
  'cgroup /nosuch',
  'cgroup > /',
  'autobound = 1',
  'dst unix',
]; // prettier-ignore

/** Random combinations, always the same ones. */
function randomFilters(count: number): string[] {
  const host = fc.constantFrom(
    '127.0.0.1',
    '127.0.0.0/8',
    '[::1]',
    '127.0.0.5',
    '*',
    '[::ffff:127.0.0.5]',
    '192.0.2.0/24',
  );
  const port = fc.constantFrom('22', '80', '443', '9090', '40001', '40007');
  const term = fc.oneof(
    fc.tuple(fc.constantFrom('src', 'dst'), host).map((words) => words.join(' ')),
    fc
      .tuple(fc.constantFrom('src', 'dst'), host, port)
      .map(([side, address, number]) => `${side} ${address}:${number}`),
    fc
      .tuple(fc.constantFrom('sport', 'dport'), fc.constantFrom('=', '!=', '>', '<', '>=', '<='), port)
      .map((words) => words.join(' ')),
    fc.constantFrom('dev lo', 'dev != lo', 'fwmark 0x17', 'fwmark != 0x17'),
  );
  const { expression } = fc.letrec<{ expression: string }>((tie) => ({
    expression: fc.oneof(
      { depthSize: 'medium' },
      term,
      tie('expression').map((text) => `not ${text}`),
      tie('expression').map((text) => `( ${text} )`),
      fc
        .tuple(tie('expression'), fc.constantFrom(' and ', ' or ', ' '), tie('expression'))
        .map((parts) => parts.join('')),
    ),
  }));
  return fc.sample(expression, { numRuns: count, seed: 42 }).filter((text) => text.length < 400);
}

const world = (filters: readonly string[]): readonly SsAnswer[] => {
  const commands = [['-taneHO'], ...filters.map((filter) => ['-tanHO', ...words(filter)])];
  const script = fileURLToPath(new URL('../lab/ss-world.js', import.meta.url));
  const { status, stdout, stderr } = spawnSync('unshare', ['-n', process.execPath, script], {
    input: JSON.stringify(commands),
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as SsAnswer[];
};

const words = (filter: string) => filter.split(' ').filter((word) => word !== '');
const LINKS: Readonly<Record<string, number>> = { lo: 1 };

/** One line of `ss -taneHO`, and the text by which the same socket is found in another listing. */
interface Row {
  readonly ends: string;
  readonly subject: FilterSubject;
}

function rowOf(line: string): Row {
  const [state = '', , , local = '', peer = ''] = line.split(/\s+/);
  assert.ok(isTcpState(state), line);
  const [localEnd, remoteEnd] = [endOf(local), endOf(peer)];
  const family: Family = localEnd.address.includes(':') ? 6 : 4;
  const field = (name: string) => new RegExp(` ${name}:(\\S+)`).exec(line)?.[1];
  const [mark, cgroup] = [field('fwmark'), field('cgroup')];
  return {
    ends: `${local} ${peer}`,
    subject: {
      state,
      tuple: {
        family,
        localAddr: localEnd.address,
        localPort: localEnd.port,
        remoteAddr: remoteEnd.address,
        remotePort: remoteEnd.port,
      },
      interfaceIndex: LINKS[localEnd.device],
      mark: mark === undefined ? undefined : Number(mark),
      cgroupPath: cgroup,
    },
  };
}

/** `127.0.0.1%lo:80`, `[::1]:*`; ss writes `*` for :: where IPv4 is served too. */
function endOf(text: string): { address: string; device: string; port: number } {
  const colon = text.lastIndexOf(':');
  const [address = '', device = ''] = text.slice(0, colon).replaceAll(/[[\]]/g, '').split('%');
  const port = text.slice(colon + 1);
  return { address: address === '*' ? anyAddress(6) : address, device, port: port === '*' ? 0 : Number(port) };
}

const lookups: NameLookups = {
  addresses: () => undefined,
  port: (service) => {
    const entry = new RegExp(`^${service}\\s+(\\d+)/tcp`, 'm').exec(readFileSync('/etc/services', 'utf8'));
    return entry === null ? undefined : Number(entry[1]);
  },
  interfaceIndex: (name) => (name === 'near' ? 1_000_000 : LINKS[name]),
  cgroupPath: (path) =>
    existsSync(path) ? cgroupPathOf(path, cgroupRoot === undefined ? [] : [cgroupRoot]) : undefined,
  netns: () => undefined,
  netnsNames: () => [],
  uid: () => undefined,
  localPortRange: () => ({ low: 50_000, high: 60_999 }),
};

describe('filters as the real ss has them', function () {
  this.timeout(60_000);
  const good = [
    ...GOOD,
    ...(existsSync('/etc/services') ? WITH_SERVICES : []),
    ...(cgroupRoot === undefined ? [] : WITH_CGROUPS),
    ...randomFilters(150),
  ];
  let rows: readonly Row[] = [];
  let answers: ReadonlyMap<string, SsAnswer> = new Map();

  before(function () {
    if (process.getuid?.() !== 0) {
      assert.ok(process.env['CI'] !== 'true', 'this test needs root');
      console.log('      skipped: a network namespace needs root');
      this.skip();
    }
    const filters = [...good, ...BAD];
    const [listing, ...each] = world(filters);
    rows = (listing?.stdout ?? '').trim().split('\n').map(rowOf);
    answers = new Map(each.map((answer, i) => [filters[i] ?? '', answer]));
  });

  it('are asked about sockets in many states', () => {
    const states = new Set(rows.map(({ subject }) => subject.state));
    assert.deepEqual([...states].sort(), ['CLOSE-WAIT', 'ESTAB', 'FIN-WAIT-2', 'LISTEN', 'SYN-SENT', 'TIME-WAIT']);
  });

  for (const filter of good) {
    it(filter === '' ? '(no filter)' : filter, async () => {
      const answer = answers.get(filter);
      const parsed = await resolveNames(parseFilter(words(filter)), lookups);
      const ours = rows.filter(({ subject }) => matches(parsed, subject)).map(({ ends }) => ends);
      const theirs = (answer?.stdout ?? '')
        .trim()
        .split('\n')
        .filter((line) => line !== '');
      const ends = theirs.map((line) => line.trim().split(/\s+/).slice(-2).join(' '));
      assert.equal(answer?.code, 0);
      assert.deepEqual(ours.sort(), ends.sort());
    });
  }

  for (const filter of BAD) {
    it(`${filter}: refused`, async () => {
      const read = async () => resolveNames(parseFilter(words(filter)), lookups);
      await assert.rejects(read, (error) => {
        assert.ok(error instanceof SstoryError);
        assert.equal(error.exitCode, answers.get(filter)?.code);
        return true;
      });
    });
  }
});
