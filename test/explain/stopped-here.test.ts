import { deepEqual, doesNotMatch, equal, match } from 'node:assert/strict';
import type { Trouble } from '../../src/explain/explanation.js';
import { troublesIn } from '../../src/explain/troubles/troubles.js';
import type { Connection } from '../../src/model/connection.js';
import { SELF_CHECK_ADDRESS } from '../../src/model/self-check.js';
import type { CloseReason } from '../../src/model/stored-codes.js';
import { connectionOf, type Entered, usAt } from '../lab/history.js';
import { explainedText, explanationOf, inHistory, type Story } from './explained.js';

function found(story: Story, toS = 100): readonly Trouble[] {
  return inHistory(story, (contextAt) => {
    const window = { fromUs: usAt(0), toUs: usAt(toS), condition: undefined };
    return troublesIn(contextAt(toS), window, 100).troubles;
  });
}

function textOf(trouble: Trouble | undefined): string {
  const words = trouble?.sentences.flatMap(({ text }) => [...text, ' ']) ?? [];
  return words.map((piece) => (typeof piece === 'string' ? piece : 'T')).join('');
}

const event = (atS: number, kind: 'retransmit' | 'error' | 'connect', detail: string, connectionId = 1) => ({
  ...{ connectionId, kind, detail },
  atUs: usAt(atS),
});

/** A connect that failed before it had a state. */
function atOnce(error: string, closeReason: CloseReason, ends: Partial<Connection['tuple']> = {}): Story {
  const base = connectionOf(1, []);
  const tuple = { ...base.tuple, localAddr: '0.0.0.0', localPort: 0, ...ends };
  const connection = {
    ...base,
    tuple,
    openedUs: usAt(9),
    closedUs: usAt(9),
    closedSource: 'probe',
    closeReason,
  } as const;
  return { connections: [connection], events: [event(9, 'connect', error)] };
}

describe('a connect that fails at once on this host, explained', () => {
  const cases = [
    ['ENETUNREACH', 'unreachable', {}, 'no route', /no route to its network on this host/],
    ['ENETUNREACH', 'unreachable', { remoteAddr: '239.1.1.1' }, 'no route', /cannot connect to a multicast address/],
    ['EHOSTUNREACH', 'unreachable', {}, 'no route', /its route is of type unreachable/],
    ['EACCES', 'failed', {}, 'connect failed', /its route is of type prohibit, or a security module/],
    ['EPERM', 'failed', {}, 'connect failed', /a seccomp filter, a BPF program of its cgroup or a security module/],
    ['EINVAL', 'failed', {}, 'connect failed', /its route is of type blackhole/],
    ['EINVAL', 'failed', { localAddr: '127.0.0.1' }, 'connect failed', /the socket is bound to 127\.0\.0\.1/],
    [
      'EINVAL',
      'failed',
      { remoteAddr: 'fe80::5', family: 6 },
      'connect failed',
      /link-local address needs its interface/,
    ],
  ] as const;
  for (const [error, reason, ends, kind, meaning] of cases) {
    it(`with ${error} ${JSON.stringify(ends)}`, () => {
      const story = atOnce(error, reason, ends);
      deepEqual(explanationOf(story).troubles, [kind]);
      const text = explainedText(story);
      match(text, meaning);
      match(text, /No packet left this host/);
      doesNotMatch(text, /router/);
      const [trouble] = found(story);
      equal(trouble?.kind, kind);
      match(textOf(trouble), meaning);
      doesNotMatch(textOf(trouble), /router|got no answer/);
    });
  }

  it('comes last where only IPv6 has no route', () => {
    const [trouble] = found(atOnce('ENETUNREACH', 'unreachable', { family: 6, remoteAddr: '2001:db8::1' }));
    deepEqual([trouble?.kind, trouble?.severity], ['no route', 5]);
    match(textOf(trouble), /harmless where the program uses IPv4/);
  });

  it('is no trouble where another recorder checked that it sees connects', () => {
    const address = { remoteAddr: SELF_CHECK_ADDRESS, remotePort: 29_555 };
    const story = atOnce('EINVAL', 'failed', address);
    deepEqual(found(story), []);
    deepEqual(explanationOf(story).troubles, []);
    match(explainedText(story), /is another sstory recorder/);
  });
});

describe('a SYN that does not leave this host, explained', () => {
  const waiting: readonly Entered[] = [[10, 'SYN-SENT']];
  const ended = (atS: number): readonly Entered[] => [...waiting, [atS, 'UNCONN']];

  it('is that of a firewall where retransmits fail with EPERM', () => {
    const dropped = [11, 12, 13].map((atS) => event(atS, 'retransmit', 'SYN failed EPERM'));
    const connection = connectionOf(1, ended(14), { closeReason: 'timed out', retransmits: 3 });
    const story = { connections: [connection], events: [...dropped, event(14, 'error', 'ETIMEDOUT')] };
    deepEqual(explanationOf(story).troubles, ['local firewall']);
    match(explainedText(story), /A firewall of this host dropped its SYN: retransmitting it failed 3 times with EPERM/);
    doesNotMatch(explainedText(story), /lost or silently dropped|other port/);
    const [trouble] = found(story);
    equal(trouble?.kind, 'local firewall');
    match(
      textOf(trouble),
      /1 connect to 10\.0\.0\.2:9200 got no answer \(1 timed out\).*A firewall of this host dropped its SYN/,
    );
    deepEqual(explanationOf(story, 1, 13.5).troubles, ['local firewall'], 'while it waits');
    deepEqual(
      found(story, 13.5).map(({ kind }) => kind),
      ['local firewall'],
    );
  });

  it('is a reject where an error came as well', () => {
    const connection = connectionOf(1, ended(11.02), { closeReason: 'unreachable', retransmits: 1 });
    const events = [event(11, 'retransmit', 'SYN failed EPERM'), event(11.02, 'error', 'EHOSTUNREACH')];
    match(
      explainedText({ connections: [connection], events }),
      /A firewall of this host rejected it \(EHOSTUNREACH at /,
    );
  });

  it('waits for an answer to ARP where it is queued until EHOSTUNREACH', () => {
    const queued = [11, 12, 13].map((atS) => event(atS, 'retransmit', 'SYN failed EBUSY'));
    const connection = connectionOf(1, ended(13.07), { closeReason: 'unreachable' });
    for (const events of [
      [...queued, event(13.07, 'error', 'EHOSTUNREACH')],
      [event(13.07, 'error', 'EHOSTUNREACH')],
    ]) {
      const story = { connections: [connection], events };
      deepEqual(explanationOf(story).troubles, ['unanswered ARP']);
      match(explainedText(story), /No answer from neighbour 10\.0\.0\.2 \(ARP\), .*its SYN never left this host/);
      equal(found(story)[0]?.kind, 'unanswered ARP');
    }
  });

  it('has left it where it was retransmitted, or where the error came at once', () => {
    const late = connectionOf(1, ended(13.07), { closeReason: 'unreachable', retransmits: 1 });
    const events = [event(11, 'retransmit', 'SYN'), event(13.07, 'error', 'EHOSTUNREACH')];
    deepEqual(explanationOf({ connections: [late], events }).troubles, ['unanswered SYN']);
    const early = connectionOf(1, ended(10.2), { closeReason: 'unreachable' });
    const story = { connections: [early], events: [event(10.2, 'error', 'EHOSTUNREACH')] };
    deepEqual(explanationOf(story).troubles, ['unanswered SYN']);
    equal(found(story)[0]?.kind, 'unanswered SYN');
  });
});

describe('a connection to itself, explained', () => {
  const tuple = {
    family: 4,
    localAddr: '127.0.0.1',
    localPort: 40_123,
    remoteAddr: '127.0.0.1',
    remotePort: 40_123,
  } as const;
  const steps: readonly Entered[] = [
    [10, 'SYN-SENT'],
    [10, 'SYN-RECV'],
    [10, 'ESTAB'],
  ];

  it('is found, with the listener that had the port before', () => {
    const listener = connectionOf(
      2,
      [
        [1, 'LISTEN'],
        [5, 'UNCONN'],
      ],
      { origin: 'listen', comm: 'app', pid: 7, tuple: { ...tuple, remoteAddr: '0.0.0.0', remotePort: 0 } },
    );
    const story = { connections: [connectionOf(1, steps, { tuple }), listener] };
    deepEqual(explanationOf(story).troubles, ['self-connect']);
    match(
      explainedText(story),
      /^java\[42\] has been connected to itself at 127\.0\.0\.1:40123 since .*no server can listen on it.*\n.*\napp\[7\] listened there until \S+ \(#2\)\./,
    );
    const [trouble] = found(story);
    deepEqual([trouble?.kind, trouble?.subject, trouble?.count], ['self-connect', '127.0.0.1:40123', 1]);
    const closed = [...steps, [30, 'FIN-WAIT-1'], [30, 'CLOSING'], [30, 'TIME-WAIT'], [90, 'UNCONN']] as const;
    const [over] = found({ connections: [connectionOf(1, closed, { tuple })] });
    deepEqual([over?.fromUs, over?.toUs], [usAt(10), usAt(30)], 'without its TIME-WAIT');
  });

  it('is not one of the same port on two addresses, nor one that was not established', () => {
    const other = connectionOf(1, steps, { tuple: { ...tuple, remoteAddr: '127.0.0.2' } });
    deepEqual(explanationOf({ connections: [other] }).troubles, []);
    const refused = connectionOf(1, [...steps.slice(0, 1), [10.1, 'UNCONN']], { tuple, closeReason: 'refused' });
    deepEqual(explanationOf({ connections: [refused] }).troubles, ['refused']);
  });
});
