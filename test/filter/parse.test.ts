import assert from 'node:assert/strict';
import { parseFilter } from '../../src/filter/parse.js';
import { DEFAULT_STATES } from '../../src/filter/state-names.js';
import { SstoryError } from '../../src/model/error.js';
import { TCP_STATES, type TcpState } from '../../src/model/tcp-state.js';
import { readFilter } from './names.js';

const endpoint = (side: string, address: string | undefined, port?: number) => {
  const [text = '', bits = '32'] = address?.split('/') ?? [];
  const prefix = { family: text.includes(':') ? 6 : 4, address: text, bits: Number(bits) };
  return { kind: 'endpoint', side, address: address === undefined ? undefined : [prefix], port };
};
const port = (side: string, comparison: string, number: number | undefined) => ({
  kind: 'port',
  side,
  comparison,
  port: number,
});

describe('what newer releases of ss list besides the states', () => {
  const cases: readonly (readonly [string, 'named' | 'included' | undefined, boolean])[] = [
    ['state established', undefined, false],
    ['state bound-inactive', 'named', false],
    ['state BOUND-INACTIVE state all', 'named', true],
    ['state all', 'included', true],
    ['state connected', 'included', true],
    ['state big', 'included', true],
    ['state bucket', undefined, false],
    ['exclude established', 'included', true],
    ['exclude bound-inactive', undefined, true],
    ['exclude unconnected', 'included', true],
    ['exclude syn-recv', 'included', false],
    ['state big exclude big', 'included', true],
    ['state bound-inactive exclude unconnected', 'named', false],
  ];
  for (const [text, boundInactive, halfOpen] of cases) {
    it(text, () => {
      const filter = parseFilter(text);
      assert.equal(filter.boundInactive, boundInactive);
      assert.equal(filter.halfOpen, halfOpen);
    });
  }
});

describe('states of a filter', () => {
  const states = (text: string) => [...(parseFilter(text).states ?? [])].sort();
  const TABLE: readonly (readonly [string, readonly TcpState[]])[] = [
    ['state established', ['ESTAB']],
    ['state ESTABLISHED', ['ESTAB']],
    ['state ESTAB', ['ESTAB']],
    ['state TIME_WAIT', ['TIME-WAIT']],
    ['state fin_wait1', ['FIN-WAIT-1']],
    ['state listening', ['LISTEN']],
    ['state listen', ['LISTEN']],
    ['state closed', ['UNCONN']],
    ['state close', ['UNCONN']],
    ['state unconnected', ['UNCONN']],
    ['state syn-recv', ['SYN-RECV', 'NEW-SYN-RECV']],
    ['state syn-sent state fin-wait-1', ['SYN-SENT', 'FIN-WAIT-1']],
    ['state all', TCP_STATES],
    ['exclude all state time-wait', ['TIME-WAIT']],
    ['state bucket', ['SYN-RECV', 'NEW-SYN-RECV', 'TIME-WAIT']],
    ['state big', TCP_STATES.filter((state) => !['SYN-RECV', 'NEW-SYN-RECV', 'TIME-WAIT'].includes(state))],
    ['state connected', TCP_STATES.filter((state) => !['LISTEN', 'UNCONN'].includes(state))],
    ['state synchronized', TCP_STATES.filter((state) => !['LISTEN', 'UNCONN', 'SYN-SENT'].includes(state))],
    ['exclude listening', TCP_STATES.filter((state) => state !== 'LISTEN')],
    ['excl listening exclude closed', TCP_STATES.filter((state) => !['LISTEN', 'UNCONN'].includes(state))],
    [
      'state connected exclude established exclude bucket',
      ['CLOSE-WAIT', 'CLOSING', 'FIN-WAIT-1', 'FIN-WAIT-2', 'LAST-ACK', 'SYN-SENT'],
    ],
    ['state established exclude established', [...DEFAULT_STATES]],
  ];
  for (const [text, expected] of TABLE) {
    it(text, () => assert.deepEqual(states(text), [...expected].sort()));
  }
  it('are undefined where none is named', () => {
    assert.equal(parseFilter('').states, undefined);
    assert.equal(parseFilter('dport = 80').states, undefined);
  });
});

describe('conditions of a filter', () => {
  const TABLE: readonly (readonly [string, unknown])[] = [
    ['dst 10.0.0.1', endpoint('remote', '10.0.0.1')],
    ['dst = 10.0.0.1:80', endpoint('remote', '10.0.0.1', 80)],
    ['src eq 10.1.2.3/8', endpoint('local', '10.0.0.0/8')],
    ['src 10/8', endpoint('local', '10.0.0.0/8')],
    ['src 10.1', endpoint('local', '10.1.0.0/32')],
    ['src 10.0.0.0/255.255.0.0:0x50', endpoint('local', '10.0.0.0/16', 80)],
    ['src [::1]', endpoint('local', '::1/128')],
    ['src [::1]:443', endpoint('local', '::1/128', 443)],
    ['src ::1:443', endpoint('local', '::1/128', 443)],
    ['src [2001:DB8::1/32]:https', endpoint('local', '2001:db8::/32', 443)],
    ['src 2001:db8::/32:443', endpoint('local', '2001:db8::/32', 443)],
    ['src ::/0', endpoint('local', '::/0')],
    ['src [::ffff:10.0.0.1]', endpoint('local', '::ffff:10.0.0.1/128')],
    ['dst :9200', endpoint('remote', undefined, 9200)],
    ['dst *:9200', endpoint('remote', undefined, 9200)],
    ['dst any:http', endpoint('remote', undefined, 80)],
    ['dst [*]:80', endpoint('remote', undefined, 80)],
    ['dst *', endpoint('remote', undefined)],
    ['dst :', endpoint('remote', undefined)],
    ['dst localhost:ssh', endpoint('remote', '127.0.0.1', 22)],
    ['sport 80', port('local', 'eq', 80)],
    ['sport :80', port('local', 'eq', 80)],
    ['sport = :http', port('local', 'eq', 80)],
    ['dport == 0120', port('remote', 'eq', 80)],
    ['dport != 80', port('remote', 'ne', 80)],
    ['dport ne 80', port('remote', 'ne', 80)],
    ['dport neq 80', port('remote', 'ne', 80)],
    ['dport >= 80', port('remote', 'ge', 80)],
    ['dport ge 80', port('remote', 'ge', 80)],
    ['dport geq 80', port('remote', 'ge', 80)],
    ['dport <= 80', port('remote', 'le', 80)],
    ['dport le 80', port('remote', 'le', 80)],
    ['dport leq 80', port('remote', 'le', 80)],
    ['dport > 80', port('remote', 'gt', 80)],
    ['dport gt 80', port('remote', 'gt', 80)],
    ['dport < 80', port('remote', 'lt', 80)],
    ['dport lt 80', port('remote', 'lt', 80)],
    ['dport *', port('remote', 'eq', undefined)],
    ['dev lo', { kind: 'interface', comparison: 'eq', index: 1, name: 'lo' }],
    ['dev != 3', { kind: 'interface', comparison: 'ne', index: 3 }],
    ['fwmark 0x17', { kind: 'mark', comparison: 'eq', value: 23, mask: 0xffff_ffff }],
    ['fwmark ne 027/0xff', { kind: 'mark', comparison: 'ne', value: 23, mask: 255 }],
    ['cgroup /sys/fs/cgroup/app', { kind: 'cgroup', comparison: 'eq', path: '/app' }],
    ['cgroup != /sys/fs/cgroup', { kind: 'cgroup', comparison: 'ne', path: '/' }],
    ['cgroup /', { kind: 'cgroup', comparison: 'eq', path: '//' }],
    ['netns 7', { kind: 'netns', comparison: 'eq', periods: [{ netns: 7, fromUs: undefined, toUs: undefined }] }],
    ['netns != earlier', { kind: 'netns', comparison: 'ne', periods: [], name: 'earlier' }],
    ['container c0ffee', { kind: 'container', comparison: 'eq', text: 'c0ffee' }],
    ['pod = 6c2a4b1e_7f3d', { kind: 'pod', comparison: 'eq', text: '6c2a4b1e-7f3d' }],
    ['unit nginx', { kind: 'unit', comparison: 'eq', text: 'nginx.service' }],
    ['unit != a.b', { kind: 'unit', comparison: 'ne', text: 'a.b.service' }],
    ['machine WEB-*', { kind: 'machine', comparison: 'eq', pattern: 'web-*' }],
    ['machine != db-1', { kind: 'machine', comparison: 'ne', pattern: 'db-1' }],
    ['unit session-1.scope', { kind: 'unit', comparison: 'eq', text: 'session-1.scope' }],
    [
      'dst localhost netns 7',
      {
        kind: 'and',
        of: [
          endpoint('remote', '127.0.0.1'),
          { kind: 'netns', comparison: 'eq', periods: [{ netns: 7, fromUs: undefined, toUs: undefined }] },
        ],
      },
    ],
    ['autobound', { kind: 'autobound', range: { low: 32_768, high: 60_999 } }],
    ['pid 42', { kind: 'pid', comparison: 'eq', value: 42 }],
    ['uid != root', { kind: 'uid', comparison: 'ne', value: 0 }],
    ['uid ge 1000', { kind: 'uid', comparison: 'ge', value: 1000 }],
    ['comm nginx', { kind: 'comm', comparison: 'eq', comm: 'nginx' }],
  ];
  for (const [text, expected] of TABLE) {
    it(text, async () => assert.deepEqual((await readFilter(text)).expression, expected));
  }
  it('a name with several addresses means each of them', async () => {
    const { expression } = await readFilter('dst db.example:80');
    assert.deepEqual(expression, {
      ...endpoint('remote', undefined, 80),
      address: [
        { family: 4, address: '10.0.0.5', bits: 32 },
        { family: 6, address: '2001:db8::5', bits: 128 },
      ],
    });
  });
  it('a family limits the whole listing, the last one named', () => {
    assert.equal(parseFilter('src inet:10.0.0.1').family, 4);
    assert.equal(parseFilter('src inet:* or sport inet6::443').family, 6);
    assert.equal(parseFilter('dst [::1]').family, undefined);
  });
  it('arguments and one text are read alike', () => {
    assert.deepEqual(
      parseFilter(['state', 'established', 'dport = :80 or', 'sport = :80']).expression,
      parseFilter('dport = :80 or sport = :80').expression,
    );
  });
});

describe('how conditions combine', () => {
  const shape = (text: string): string => {
    const show = (node: unknown): string => {
      const { kind, of, port: number } = node as { kind: string; of: unknown; port?: number };
      if (kind === 'not') return `!${show(of)}`;
      return Array.isArray(of) ? `(${of.map(show).join(kind === 'and' ? '&' : '|')})` : String(number);
    };
    return show(parseFilter(text).expression);
  };
  const TABLE: readonly (readonly [string, string])[] = [
    ['sport 1 and sport 2', '(1&2)'],
    ['sport 1 & sport 2 && sport 3', '(1&2&3)'],
    ['sport 1 sport 2', '(1&2)'],
    ['sport 1 | sport 2 || sport 3 or sport 4', '(1|2|3|4)'],
    ['sport 1 or sport 2 and sport 3', '((1|2)&3)'],
    ['sport 1 or sport 2 sport 3', '((1|2)&3)'],
    ['sport 1 and sport 2 or sport 3', '((1&2)|3)'],
    ['sport 1 and sport 2 or sport 3 and sport 4', '(((1&2)|3)&4)'],
    ['sport 1 or ( sport 2 and sport 3 )', '(1|(2&3))'],
    ['not sport 1 or sport 2', '(!1|2)'],
    ['! ( sport 1 or sport 2 )', '!(1|2)'],
    ['not ! sport 1', '!!1'],
    ['sport 1 not sport 2', '(1&!2)'],
  ];
  for (const [text, expected] of TABLE) it(text, () => assert.equal(shape(text), expected));
});

describe('a bad filter', () => {
  /** Filter, the carets' place, exit code (that of ss 6.1), and the message. */
  const TABLE: readonly (readonly [string, string, number, RegExp])[] = [
    ['state foo', '      ^^^', 255, /unknown TCP state "foo"/],
    ['state', '      ^', 255, /expected a state after "state"/],
    ['state established state', '                        ^', 255, /expected a state/],
    ['dst 127.0.0.1 state estab', '              ^^^^^', 1, /must come before/],
    ['dport', '      ^', 255, /expected a port after "dport"/],
    ['dport = or', '        ^^', 255, /expected a port after "dport"/],
    ['dport = :80 or', '               ^', 255, /expected a condition after/],
    ['or dport 80', '^^', 255, /expected a condition before "or"/],
    ['dport 80 or or dport 81', '            ^^', 255, /expected a condition before "or"/],
    ['( dport = 80', '^', 255, /missing "\)"/],
    ['dport = 80 )', '           ^', 255, /missing "\("/],
    ['( )', '  ^', 255, /missing "\("/],
    ['127.0.0.1', '^^^^^^^^^', 255, /expected a condition/],
    ['inet6:', '^^^^^^', 255, /expected a condition, not "inet6:"/],
    ['not inet:10.0.0.1', '    ^^^^^^^^^^^^^', 255, /expected a condition/],
    ['sport = 80 and *:80', '               ^^^^', 255, /expected a condition/],
    ['any', '^^^', 255, /expected a condition/],
    ['unix:/tmp/x', '^^^^^^^^^^^', 255, /expected a condition/],
    ['10.0.0.1:http', '^^^^^^^^^^^^^', 255, /expected a condition/],
    ['inet6:10.0.0.1', '^^^^^^^^^^^^^^', 1, /expected a condition/],
    ['::1', '^^^', 1, /expected a condition/],
    ['10.0.0.1/33', '^^^^^^^^^^^', 1, /expected a condition/],
    ['dst 127.0.0.1 :80', '              ^^^', 255, /expected a condition/],
    ['foo', '^^^', 1, /expected a condition/],
    ['sport=:80', '^^^^^^^^^', 1, /cannot read/],
    ['(dport = :80)', '^^^^^^', 1, /cannot read/],
    ['dst != 127.0.0.1', '    ^^', 255, /"dst" does not support "!="/],
    ['dst 10.0.0.0/33', '    ^^^^^^^^^^^', 1, /invalid address, prefix or name/],
    ['dst 256.1.1.1', '    ^^^^^^^^^', 1, /invalid address, prefix or name/],
    ['dst ::1', '    ^', 1, /invalid address, prefix or name/],
    ['dst [::1', '    ^^^^', 1, /missing closing bracket/],
    ['dst [::1]/128', '    ^^^^^^^^^', 1, /after "]"/],
    ['dst [fe80::1%lo]', '     ^^^^^^^^^^', 1, /invalid address, prefix or name/],
    ['dst unix:/tmp/x', '    ^^^^^^^^^^^', 1, /"unix:" is not a family of TCP/],
    ['dst inet6:127.0.0.1', '          ^^^^^^^^^', 1, /not an IPv6 address/],
    ['sport = 80 dport = 70000', '                   ^^^^^', 1, /invalid port/],
    ['sport = 127.0.0.1:80', '        ^^^^^^^^^^^^', 1, /invalid port/],
    ['sport = nosuch', '        ^^^^^^', 1, /unknown service "nosuch"/],
    ['dst nosuch.example', '    ^^^^^^^^^^^^^^', 1, /unknown host "nosuch\.example"/],
    ['dst 10.0.0.1:nosuch', '             ^^^^^^', 1, /unknown service "nosuch"/],
    ['dev nosuch', '    ^^^^^^', 1, /unknown interface "nosuch"/],
    ['dev > lo', '    ^', 255, /"dev" does not support ">"/],
    ['fwmark foo', '       ^^^', 1, /invalid mark/],
    ['fwmark 0x100000000', '       ^^^^^^^^^^^', 1, /invalid mark/],
    ['cgroup /nosuch', '       ^^^^^^^', 1, /unknown cgroup v2 "\/nosuch"/],
    ['netns nosuch', '      ^^^^^^', 1, /unknown network namespace "nosuch"/],
    ['netns > 7', '      ^', 255, /"netns" does not support ">"/],
    ['container', '          ^', 255, /expected the id of a container/],
    ['autobound = 1', '          ^', 255, /expected a condition before/],
    ['pid init', '    ^^^^', 1, /invalid process id "init"/],
  ];
  for (const [text, carets, exitCode, message] of TABLE) {
    it(`${text} : ${message.source}`, async () => {
      await assert.rejects(readFilter(text), (error) => {
        assert.ok(error instanceof SstoryError);
        assert.match(error.message, message);
        assert.deepEqual(error.options.place, [text, carets]);
        assert.equal(error.exitCode, exitCode);
        return true;
      });
    });
  }
  it('of a number alone has what it can have meant', async () => {
    await assert.rejects(readFilter('5'), (error) => {
      assert.ok(error instanceof SstoryError);
      assert.equal(error.hint, 'write: dport = :5; over history also: id 5');
      return true;
    });
  });
  it('of excessive depth or length is an error', () => {
    assert.throws(() => parseFilter(`${'( '.repeat(5000)}sport 1`), /levels/);
    assert.throws(() => parseFilter('not '.repeat(5000)), /levels/);
    assert.throws(() => parseFilter('sport 1 '.repeat(5000)), /conditions/);
  });
});
