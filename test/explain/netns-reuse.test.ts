import { deepEqual, doesNotMatch, match } from 'node:assert/strict';
import { troublesIn } from '../../src/explain/troubles/troubles.js';
import type { NameRecord } from '../../src/model/name.js';
import { connectionOf, usAt } from '../lab/history.js';
import { explainedText, explanationOf, inHistory, type Story } from './explained.js';

const NETNS = 4_026_535_000;

function to(remotePort: number, id: number) {
  const tuple = {
    family: 4,
    localAddr: '127.0.0.1',
    localPort: 40_000 + id,
    remoteAddr: '127.0.0.1',
    remotePort,
  } as const;
  return { netns: NETNS, tuple };
}

const answered = connectionOf(
  1,
  [
    [20, 'SYN-SENT'],
    [20.001, 'ESTAB'],
    [30, 'UNCONN'],
  ],
  to(7_000, 1),
);
const triedBefore = connectionOf(
  2,
  [
    [25, 'SYN-SENT'],
    [35, 'UNCONN'],
  ],
  to(9_999, 2),
);
const stuck = connectionOf(3, [[60, 'SYN-SENT']], to(9_999, 3));
const connections = [answered, triedBefore, stuck];
const record = { netns: NETNS, name: undefined, netCookie: undefined };
const next = { ...record, fromUs: usAt(50), toUs: undefined };
const renamed = { ...record, name: 'blue', fromUs: usAt(40), toUs: undefined };
const until40 = { ...record, fromUs: usAt(10), toUs: usAt(40) };

describe('an inode number that stood for several network namespaces, explained', () => {
  it('has only what the namespace of the connection showed', () => {
    const namespaces = [until40, next];
    const text = explainedText({ connections, namespaces }, 3);
    doesNotMatch(text, /7000/);
    match(text, /1 attempt/);
  });

  it('has all of it where it was one namespace with another name', () => {
    const text = explainedText({ connections, namespaces: [until40, renamed] }, 3);
    match(text, /7000/);
    match(text, /2 attempts/);
  });
});

describe('a stale name where the inode number stood for several network namespaces', () => {
  const OLD = '10.4.1.80';
  const NEW = '10.4.1.81';
  const dialed = connectionOf(1, [[60, 'SYN-SENT']], {
    netns: NETNS,
    tuple: { family: 4, localAddr: '10.4.1.1', localPort: 40_001, remoteAddr: OLD, remotePort: 9_200 },
  });
  const named = (address: string, fromS: number, toS: number, more: Partial<NameRecord> = {}): NameRecord => ({
    ...{ name: 'kafka.test', address, fromUs: usAt(fromS), toUs: usAt(toS), source: 'dns', netns: NETNS },
    ...{ ended: undefined, ...more },
  });
  const moved = [named(OLD, 10, 20, { ended: 'replaced' }), named(NEW, 20, 90)];

  it('is not stale by an answer that the earlier namespace got', () => {
    const story = { connections: [dialed], namespaces: [until40, next], names: moved };
    doesNotMatch(explainedText(story), /kafka/);
    deepEqual(explanationOf(story).troubles.includes('stale name'), false);
  });

  it('is stale by the same answers where both records are of one namespace', () => {
    const text = explainedText({ connections: [dialed], namespaces: [until40, renamed], names: moved });
    match(text, /since .* it has resolved to 10\.4\.1\.81/);
  });

  it('has not moved by answers that the next namespace got', () => {
    const early = connectionOf(1, [[30, 'SYN-SENT']], { netns: NETNS, tuple: dialed.tuple });
    const names = [named(OLD, 10, 20), named(NEW, 60, 90)];
    const text = explainedText({ connections: [early], namespaces: [until40, next], names });
    match(text, /kafka\.test last resolved to 10\.4\.1\.80/);
    doesNotMatch(text, /10\.4\.1\.81/);
  });

  it('has moved when its own namespace saw it', () => {
    const names = [named(OLD, 10, 30), named(OLD, 51, 55, { ended: 'replaced' }), named(NEW, 55, 90)];
    const text = explainedText({ connections: [dialed], namespaces: [until40, next], names });
    match(text, /since .* it has resolved to 10\.4\.1\.81: the process still uses the old address, 5s after it moved/);
  });

  it('is looked up in other namespaces where its own has seen none', () => {
    const names = [...moved, named(OLD, 15, 20, { netns: 7, ended: 'replaced' }), named(NEW, 20, 90, { netns: 7 })];
    const text = explainedText({ connections: [dialed], namespaces: [until40, next], names });
    match(text, /by DNS, as network namespace 7 saw it/);
  });
});

describe('troubles where the inode number stood for several network namespaces', () => {
  const ended = (id: number, atS: number, closeReason: 'refused' | 'timed out', lastedS: number) =>
    connectionOf(
      id,
      [
        [atS, 'SYN-SENT'],
        [atS + lastedS, 'UNCONN'],
      ],
      { ...to(7_000, id), closeReason, retransmits: 2 },
    );
  const listening = (id: number, fromS: number, toS?: number) =>
    connectionOf(id, [[fromS, 'LISTEN'], ...(toS === undefined ? [] : [[toS, 'UNCONN'] as const])], {
      netns: NETNS,
      tuple: { family: 4, localAddr: '0.0.0.0', localPort: 7_000, remoteAddr: '0.0.0.0', remotePort: 0 },
      origin: 'listen',
    });
  const found = (story: Story) =>
    inHistory(story, (contextAt) =>
      troublesIn(contextAt(), { fromUs: usAt(0), toUs: usAt(100), condition: undefined }, 100, 'as one').troubles.map(
        ({ kind, subject, count }) => `${count} ${kind} ${subject}`,
      ),
    ).sort();
  const refusals = [ended(1, 20, 'refused', 0.001), ended(2, 60, 'refused', 0.001), ended(3, 70, 'refused', 0.001)];
  const silence = [
    ended(1, 20, 'timed out', 7),
    ended(2, 60, 'timed out', 7),
    connectionOf(3, [[90, 'SYN-SENT']], to(7_000, 3)),
  ];
  const leaked = Array.from({ length: 40 }, (_, index) =>
    connectionOf(
      index + 1,
      [
        [10 + (index & 1) * 45, 'SYN-SENT'],
        [11 + (index & 1) * 45, 'ESTAB'],
        [12 + (index & 1) * 45, 'CLOSE-WAIT'],
        ...(index === 0 ? [] : [[41 + (index & 1) * 58, 'UNCONN'] as const]),
      ],
      to(7_000, index + 1),
    ),
  );

  for (const [what, connections, apart, together] of [
    ['peers', refusals, ['1 refused 127.0.0.1:7000', '2 refused 127.0.0.1:7000'], ['3 refused 127.0.0.1:7000']],
    [
      'SYNs that wait, and those that did',
      silence,
      ['1 unanswered SYN 127.0.0.1:7000', '2 unanswered SYN 127.0.0.1:7000'],
      ['3 unanswered SYN 127.0.0.1:7000'],
    ],
    [
      'listeners',
      [listening(4, 10, 39), ended(1, 39.5, 'refused', 0.001), listening(5, 60)],
      ['1 refused 127.0.0.1:7000'],
      ['1 listener restart 0.0.0.0:7000'],
    ],
    ['leaks of one process', leaked, ['20 CLOSE-WAIT leak java[42]', '20 CLOSE-WAIT leak java[42]'], []],
  ] as const) {
    it(`keep ${what} apart`, () => {
      deepEqual(found({ connections, namespaces: [until40, next] }), apart);
    });
    if (together.length > 0) {
      it(`have ${what} of one namespace with another name together`, () => {
        deepEqual(found({ connections, namespaces: [until40, renamed] }), together);
      });
    }
  }

  it('know no port range of a namespace that is gone', () => {
    const namespaces = [until40, next];
    const localPorts = { low: 1_000, high: 2_000 };
    inHistory({ connections: refusals, namespaces, localPorts }, (contextAt) => {
      const context = contextAt();
      deepEqual(context.localPorts(NETNS, usAt(20)), undefined);
      deepEqual(context.localPorts(NETNS, usAt(60)), localPorts);
    });
  });
});
