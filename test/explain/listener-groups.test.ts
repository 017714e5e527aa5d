/** Several listeners on one port: a group of SO_REUSEPORT, one a family, one an interface; and none where the connection came to. */
import { deepEqual, doesNotMatch, match } from 'node:assert/strict';
import { troublesIn } from '../../src/explain/troubles/troubles.js';
import type { Connection } from '../../src/model/connection.js';
import type { Sample } from '../../src/model/sample.js';
import { connectionOf, sampleOf, usAt } from '../lab/history.js';
import { explainedText, explanationOf, inHistory, type Story } from './explained.js';

const ANY = { family: 4 as const, localAddr: '0.0.0.0', remoteAddr: '0.0.0.0', remotePort: 0 };
const BACKLOG = 3;

function listener(id: number, localAddr: string): Connection {
  const tuple = { ...ANY, localAddr, localPort: 80 };
  return connectionOf(id, [[1, 'LISTEN']], { tuple, origin: 'listen', comm: 'nginx', pid: id });
}

function incoming(id: number): Connection {
  const tuple = { ...ANY, localAddr: '10.0.0.1', localPort: 80, remoteAddr: '10.0.9.9', remotePort: 5_000 + id };
  const entered = [
    [10, 'SYN-RECV'],
    [10.1, 'ESTAB'],
  ] as const;
  return connectionOf(id, entered, { tuple, origin: 'accept', pid: undefined, comm: undefined });
}

const queue = (id: number, recvQ: number, more: Partial<Sample> = {}) =>
  sampleOf(id, usAt(12), { recvQ, sendQ: BACKLOG, ...more });
const unaccepted = (id: number, more: Partial<Sample> = {}) => sampleOf(id, usAt(12), { orphan: 1, ...more });
/** The loopback address, as a connect to another address of this host is not known to be one. */
const connecting = connectionOf(1, [[10, 'SYN-SENT']], {
  tuple: { family: 4, localAddr: '127.0.0.1', localPort: 5_001, remoteAddr: '127.0.0.1', remotePort: 80 },
  origin: 'connect',
});

function troubles(story: Story) {
  const window = { fromUs: usAt(0), toUs: usAt(100), condition: undefined };
  return inHistory(story, (contextAt) => {
    return troublesIn(contextAt(100), window, 100).troubles.filter(({ kind }) => kind === 'never accepted');
  });
}

describe('a connection to one of several listeners', () => {
  const group = [listener(8, '0.0.0.0'), listener(9, '0.0.0.0')];

  it('waits in the queue of the one whose queue is not empty', () => {
    for (const [stuck, other] of [
      [8, 9],
      [9, 8],
    ] as const) {
      const story = {
        connections: [incoming(1), ...group],
        samples: [queue(stuck, 2), queue(other, 0), unaccepted(1)],
      };
      match(
        explainedText(story),
        new RegExp(`the accept queue of nginx\\[${stuck}\\] at 0\\.0\\.0\\.0:80 \\(#${stuck}\\), where 2 connections`),
      );
      deepEqual(
        troubles(story).map(({ processes }) => processes),
        [[`nginx[${stuck}]`]],
      );
    }
  });

  it('waits in one of several queues where more than one is not empty', () => {
    const story = { connections: [incoming(1), ...group], samples: [queue(8, 2), queue(9, 1), unaccepted(1)] };
    match(
      explainedText(story),
      /in the accept queue of one of 2 listeners at 0\.0\.0\.0:80 \(#\d of nginx\[\d\], #\d of nginx\[\d\]\), where 3 connections waited at the last sample: which of them the kernel chose is not recorded\./,
    );
    deepEqual(
      troubles(story).map(({ processes }) => [...processes].sort()),
      [['nginx[8]', 'nginx[9]']],
    );
  });

  it('is not answered while the queue of any of them is full', () => {
    for (const full of [8, 9]) {
      const samples = [queue(full, BACKLOG + 1), queue(17 - full, 0)];
      match(
        explainedText({ connections: [connecting, ...group], samples }),
        new RegExp(
          `The accept queue of nginx\\[${full}\\]'s listener .* was full at .* It is one of 2 listeners on this address and port: which of them`,
        ),
      );
    }
  });

  it('says of a listener that it accepts none, whatever the others accept', () => {
    const accepted = connectionOf(2, [[50, 'SYN-RECV']], {
      tuple: { ...ANY, localAddr: '10.0.0.1', localPort: 80, remoteAddr: '10.0.9.9', remotePort: 6_000 },
      ...{ origin: 'accept', comm: 'nginx', pid: 8 },
    });
    const story = { connections: [accepted, ...group], samples: [queue(8, 2), queue(9, 2)] };
    deepEqual(explanationOf(story, 9).troubles, ['never accepted']);
    deepEqual(explanationOf(story, 8).troubles, []);
  });
});

describe('a connection where others listen on the same port', () => {
  it('came to the listener of its family before that of both', () => {
    for (const [v4, v6] of [
      [8, 9],
      [9, 8],
    ] as const) {
      const connections = [connecting, listener(v4, '0.0.0.0'), listener(v6, '::')];
      const text = explainedText({ connections, samples: [queue(v4, BACKLOG + 1), queue(v6, 0)] });
      match(text, new RegExp(`nginx\\[${v4}\\]'s listener 0\\.0\\.0\\.0:80 \\(#${v4}\\) was full`));
      doesNotMatch(text, /one of/);
      doesNotMatch(explainedText({ connections, samples: [queue(v6, BACKLOG + 1), queue(v4, 0)] }), /was full/);
    }
  });

  it('came to the listener of both families if it is of IPv6 itself', () => {
    const address = '::ffff:10.0.0.1';
    const mapped = { ...incoming(1), tuple: { ...incoming(1).tuple, family: 6 as const, localAddr: address } };
    const connections = [mapped, listener(8, '0.0.0.0'), listener(9, '::')];
    const text = explainedText({ connections, samples: [queue(8, 2), queue(9, 2), unaccepted(1)] });
    match(text, /the accept queue of nginx\[9\] at \[::\]:80 \(#9\)/);
  });

  it('came to the listener that is bound to its interface', () => {
    for (const ifIndex of [2, 3]) {
      const samples = [queue(8, 2, { ifIndex: 2 }), queue(9, 2, { ifIndex: 3 }), unaccepted(1, { ifIndex })];
      const connections = [incoming(1), listener(8, '10.0.0.1'), listener(9, '10.0.0.1')];
      match(explainedText({ connections, samples }), new RegExp(`queue of nginx\\[${ifIndex + 6}\\] at`));
    }
  });
});

describe('a connection to an address on which none listens', () => {
  it('waits for a listener that is not known', () => {
    const story = { connections: [incoming(1)], samples: [unaccepted(1)] };
    match(
      explainedText(story),
      /in the accept queue of a listener that is not known: none is known to listen on 10\.0\.0\.1:80 in this namespace \(TPROXY/,
    );
    deepEqual(
      troubles(story).map(({ count, processes }) => [count, processes]),
      [[1, []]],
    );
  });
});

describe('a connection of Multipath TCP that no process accepts', () => {
  it('counts once, with all its subflows', () => {
    const subflow = (flags: number) => ({ details: JSON.stringify({ mptcp: { flags } }) });
    const connections = [incoming(1), incoming(2), listener(9, '0.0.0.0')];
    const samples = [queue(9, 1), unaccepted(1, subflow(0x51)), unaccepted(2, subflow(0x54))];
    deepEqual(
      troubles({ connections, samples }).map(({ count, exampleIds }) => [count, exampleIds]),
      [[1, [1]]],
    );
  });
});
