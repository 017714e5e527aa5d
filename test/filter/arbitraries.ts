/** Filters and what they are applied to, for property tests. */
import fc from 'fast-check';
import type { FilterSubject } from '../../src/filter/expression.js';
import { CLOSE_REASONS, ORIGINS } from '../../src/model/stored-codes.js';
import { TCP_STATES } from '../../src/model/tcp-state.js';

const V4 = ['10.0.0.1', '10.0.0.2', '10.9.8.7', '127.0.0.1', '0.0.0.0'] as const;
const V6 = ['::1', '::', '2001:db8::1', '2001:db8:1::2', '::ffff:10.0.0.1', '::ffff:127.0.0.1'] as const;
const PORTS = [0, 22, 80, 443, 40_000, 65_535] as const;
const MARKS = [0, 0x17, 0xff, 0x8000_0000, 0xffff_ffff] as const;

/** An id as containers have. */
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
/** What a filter is applied to. */
export const subject: fc.Arbitrary<FilterSubject> = fc.record({
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
/** Filters of the whole language. */
export const filterText = fc
  .tuple(stateText, fc.option(expression, { nil: '' }))
  .map(([states, text]) => [...states, text].join(' ').trim());
