import assert from 'node:assert/strict';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import type { Filter, FilterSubject } from '../../src/filter/expression.js';
import { registerInetIn } from '../../src/filter/inet-in.js';
import { matches } from '../../src/filter/matches.js';
import { compileToSql, type FilterColumns } from '../../src/filter/sql.js';
import { cgroupParts } from '../../src/model/cgroup.js';
import { CLOSE_REASONS, codeOfCloseReason, codeOfOrigin, ORIGINS } from '../../src/model/stored-codes.js';
import { TCP_STATES } from '../../src/model/tcp-state.js';
import { readFilter } from './names.js';

const COLUMNS: FilterColumns = {
  family: 'family',
  localAddr: 'local_addr',
  localPort: 'local_port',
  remoteAddr: 'remote_addr',
  remotePort: 'remote_port',
  state: 'state',
  interfaceIndex: 'interface',
  mark: 'mark',
  cgroup: (condition) => `coalesce((${condition}), 0)`,
  netns: 'netns',
  openedUs: 'opened_us',
  closedUs: 'closed_us',
  pid: 'pid',
  uid: 'uid',
  comm: 'comm',
  history: {
    id: 'known_id',
    origin: 'origin',
    closeReason: 'reason',
    durationUs: 'duration',
    name: (condition) => `EXISTS (SELECT 1 FROM names WHERE names.socket = socket.id AND ${condition})`,
  },
  anyOwner: (column, compare) =>
    `EXISTS (SELECT 1 FROM owner WHERE owner.socket = socket.id AND ${compare(`owner.${column}`)})`,
};

class Table {
  readonly database = new Database(':memory:');

  constructor(rows: readonly FilterSubject[]) {
    registerInetIn(this.database);
    this.database.exec(
      `CREATE TABLE socket (id INTEGER PRIMARY KEY, family INTEGER, local_addr TEXT, local_port INTEGER, remote_addr TEXT,
         remote_port INTEGER, state TEXT, interface INTEGER, mark INTEGER, uid INTEGER, path TEXT,
         container TEXT, pod TEXT, unit TEXT, netns INTEGER, opened_us INTEGER, closed_us INTEGER,
         known_id INTEGER, origin INTEGER, reason INTEGER, duration INTEGER);
       CREATE TABLE names (socket INTEGER, name TEXT);
       CREATE TABLE owner (socket INTEGER, pid INTEGER, comm TEXT);
       CREATE INDEX by_remote ON socket (remote_port);
       CREATE INDEX by_address ON socket (remote_addr)`,
    );
    const insert = this.database.prepare(`INSERT INTO socket VALUES (${Array(21).fill('?').join(', ')})`);
    const insertName = this.database.prepare('INSERT INTO names VALUES (?, ?)');
    const insertOwner = this.database.prepare('INSERT INTO owner VALUES (?, ?, ?)');
    rows.forEach(({ tuple, state, ...row }, id) => {
      const { interfaceIndex, mark, uid, owners = [], cgroupPath, netns, openedUs = 0, closedUs } = row;
      const { container, pod, unit } = cgroupParts(cgroupPath ?? '');
      const place = [cgroupPath, container, pod, unit, netns, openedUs, closedUs];
      const { id: known, origin, closeReason, durationUs, names = [] } = row;
      const history = [
        ...[known, origin && codeOfOrigin(origin)],
        ...[closeReason && codeOfCloseReason(closeReason), durationUs],
      ];
      for (const name of names) insertName.run(id, name);
      const ends = [tuple.family, tuple.localAddr, tuple.localPort, tuple.remoteAddr, tuple.remotePort];
      insert.run(
        id,
        ...ends,
        state,
        ...[interfaceIndex, mark, uid, ...place, ...history].map((value) => value ?? null),
      );
      for (const { pid, comm } of owners) insertOwner.run(id, pid, comm);
    });
  }

  ids(filter: Filter): number[] {
    const { sql, params } = compileToSql(filter, COLUMNS);
    const statement = this.database.prepare(`SELECT id FROM socket WHERE ${sql} ORDER BY id`).pluck();
    return statement.all(params) as number[];
  }

  plan(filter: Filter): string {
    const { sql, params } = compileToSql(filter, COLUMNS);
    const steps = this.database.prepare(`EXPLAIN QUERY PLAN SELECT id FROM socket WHERE ${sql}`).all(params);
    return (steps as { detail: string }[]).map(({ detail }) => detail).join('; ');
  }
}

const V4 = ['10.0.0.1', '10.0.0.2', '10.9.8.7', '127.0.0.1', '0.0.0.0'] as const;
const V6 = ['::1', '::', '2001:db8::1', '2001:db8:1::2', '::ffff:10.0.0.1', '::ffff:127.0.0.1'] as const;
const PORTS = [0, 22, 80, 443, 40_000, 65_535] as const;
const MARKS = [0, 0x17, 0xff, 0x8000_0000, 0xffff_ffff] as const;

const ID = 'c0ffee01'.repeat(8);
const CGROUPS = [
  `/docker/${ID}`,
  '/lxc/c0ff',
  '/lxc/c0ffee',
  `/kubepods/pod0f38f4cb9e8fbb1a8e0c1b2c3d4e5f60/${ID}`,
  '/system.slice/nginx.service/workers',
] as const;

const port = fc.constantFrom(...PORTS);
const tuple = fc.oneof(
  fc.record({
    family: fc.constant(4 as const),
    localAddr: fc.constantFrom(...V4),
    localPort: port,
    remoteAddr: fc.constantFrom(...V4),
    remotePort: port,
  }),
  fc.record({
    family: fc.constant(6 as const),
    localAddr: fc.constantFrom(...V6),
    localPort: port,
    remoteAddr: fc.constantFrom(...V6),
    remotePort: port,
  }),
);
const maybe = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: undefined });
const subject: fc.Arbitrary<FilterSubject> = fc.record({
  state: fc.constantFrom(...TCP_STATES),
  tuple,
  interfaceIndex: maybe(fc.nat(3)),
  mark: maybe(fc.constantFrom(...MARKS)),
  cgroupPath: maybe(fc.constantFrom('/', '/app', '/app/workers', '/apple', ...CGROUPS)),
  netns: maybe(fc.constantFrom(7, 8)),
  openedUs: maybe(fc.nat(300)),
  closedUs: maybe(fc.nat(300)),
  uid: maybe(fc.constantFrom(0, 1000)),
  owners: maybe(fc.array(fc.record({ pid: fc.nat(3), comm: fc.constantFrom('nginx', 'ssh') }), { maxLength: 3 })),
  id: maybe(fc.nat(3)),
  origin: maybe(fc.constantFrom(...ORIGINS)),
  closeReason: maybe(fc.constantFrom(...CLOSE_REASONS)),
  durationUs: maybe(fc.constantFrom(0, 1_000, 5_000_000)),
  names: maybe(fc.array(fc.constantFrom('kafka.internal', 'kafka', 'a.kafka.internal', 'x'), { maxLength: 2 })),
});

const operator = fc.constantFrom('', '=', '==', 'eq', '!=', 'ne', '>=', 'ge', '<=', 'leq', '>', 'gt', '<', 'lt');
const equality = fc.constantFrom('', '=', 'eq', '!=', 'neq');
const side = (words: readonly [string, string]) => fc.constantFrom(...words);
const address = fc.constantFrom(
  '*',
  '',
  'any',
  ...V4,
  ...V6.map((text) => `[${text}]`),
  '10/8',
  '10.0.0.0/30',
  '0.0.0.0/0',
  '::/0',
  '2001:db8::/32',
  '[::ffff:10.0.0.0/104]',
  'db.example',
); // prettier-ignore
const words = (...parts: fc.Arbitrary<string>[]) =>
  fc.tuple(...parts).map((texts) => texts.filter((text) => text !== '').join(' '));
const portText = fc.oneof(port.map(String), fc.constantFrom('http', ':443', '*'));
const term = fc.oneof(
  words(
    side(['src', 'dst']),
    fc.constantFrom('', '='),
    fc
      .tuple(
        address,
        fc.oneof(
          fc.constant(''),
          port.map((p) => `:${p}`),
        ),
      )
      .map(([a, p]) => a + p || '*'),
  ),
  words(side(['sport', 'dport']), operator, portText),
  words(fc.constant('dev'), equality, fc.constantFrom('lo', '0', '2')),
  words(
    fc.constant('fwmark'),
    equality,
    fc.constantFrom('0', '0x17', '0x80000000/0x80000000', '0xffffffff', '7/0xf', '1/0'),
  ),
  words(fc.constant('cgroup'), equality, fc.constantFrom('/sys/fs/cgroup/app', '/sys/fs/cgroup', '/')),
  words(fc.constant('netns'), equality, fc.constantFrom('blue', '7', 'often', 'earlier')),
  words(fc.constant('container'), equality, fc.constantFrom('c0ff', 'c0f', ID, 'c0ffee01', 'x')),
  words(fc.constant('pod'), equality, fc.constantFrom('0f38', '0f38f4cb9e8fbb1a8e0c1b2c3d4e5f60', 'x')),
  words(fc.constant('unit'), equality, fc.constantFrom('nginx', 'nginx.service', 'x.scope')),
  fc.constant('autobound'),
  words(fc.constant('pid'), operator, fc.constantFrom('0', '1', '2')),
  words(fc.constant('uid'), operator, fc.constantFrom('root', '1000')),
  words(fc.constant('comm'), equality, fc.constantFrom('nginx', 'ssh', 'x')),
  words(fc.constant('port'), operator, portText),
  words(
    fc.constant('host'),
    equality,
    address.map((text) => text || '*'),
  ),
  words(fc.constant('id'), operator, fc.constantFrom('1', '#2', '3')),
  words(fc.constant('origin'), equality, fc.constantFrom('connect', 'accept', 'before-recording')),
  words(fc.constant('reason'), equality, fc.constantFrom('refused', 'reset', 'timed-out', 'timeout', 'orderly')),
  words(fc.constant('duration'), operator, fc.constantFrom('0s', '1ms', '5s', '1h30m')),
  words(fc.constant('name'), equality, fc.constantFrom('kafka', 'KAFKA.internal.', '*.internal', '*a*', 'k*a', '*')),
);
const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    term,
    tie('expression').map((text) => `not ${text}`),
    tie('expression').map((text) => `( ${text} )`),
    fc
      .tuple(tie('expression'), fc.constantFrom(' and ', ' or ', ' ', ' && ', ' | '), tie('expression'))
      .map((parts) => parts.join('')),
  ),
}));
const stateText = fc.array(
  words(
    fc.constantFrom('state', 'exclude'),
    fc.constantFrom('all', 'connected', 'big', 'bucket', 'established', 'listening', 'syn-recv'),
  ),
  { maxLength: 3 },
);
const filterText = fc
  .tuple(stateText, fc.option(expression, { nil: '' }))
  .map(([states, text]) => [...states, text].join(' ').trim());

describe('a filter compiled to SQL', () => {
  it('lets the same rows pass as matches does', async () => {
    const rows = fc.array(subject, { minLength: 1, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(filterText, rows, async (text, subjects) => {
        const filter = await readFilter(text);
        const expected = subjects.flatMap((row, id) => (matches(filter, row) ? [id] : []));
        assert.deepEqual(new Table(subjects).ids(filter), expected);
      }),
      { numRuns: 500 },
    );
  });

  it('takes no part of its text from the filter', async () => {
    const { sql, params } = compileToSql(await readFilter("comm x';-- dst 10.0.0.0/8:80"), COLUMNS);
    assert.doesNotMatch(sql, /x'|10\.|80/);
    assert.deepEqual(new Set(Object.values(params)), new Set(["x';--", '10.0.0.0/8', 80]));
  });

  it('finds ports and addresses by index', async () => {
    const table = new Table([]);
    assert.match(table.plan(await readFilter('dst :9200')), /USING.* INDEX by_remote/);
    assert.match(table.plan(await readFilter('dport = 9200 and src 10/8')), /USING.* INDEX by_remote/);
    assert.match(table.plan(await readFilter('dst 10.0.0.1')), /USING.* INDEX by_address/);
  });

  it('of the greatest size accepted is compiled', async () => {
    const table = new Table([]);
    const alternating = Array.from(
      { length: 500 },
      (_, i) => `${i % 2 ? 'or' : 'and'} dst 10.0.0.${i % 256}:${i}`,
    ).join(' ');
    assert.deepEqual(table.ids(await readFilter(alternating.replace('and ', ''))), []);
    assert.deepEqual(table.ids(await readFilter(`${'not ( '.repeat(49)}dst 10.0.0.1${' )'.repeat(49)}`)), []);
  });

  it('refuses what the table does not keep, by the word in the filter', async () => {
    const filter = await readFilter('fwmark 1');
    assert.throws(() => compileToSql(filter, { ...COLUMNS, mark: undefined }), /"fwmark"/);
  });
});
