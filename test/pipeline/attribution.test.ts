/** Which connection an event belongs to that does not name its socket, or whose four-tuple another one has. */
import { deepEqual, equal } from 'node:assert/strict';
import type { ConnectEvent, ErrorEvent, ProbeEvent, ResetEvent } from '../../src/model/probe-event.js';
import { snapshotOf } from '../../src/model/snapshot-rows.js';
import { Correlator, type CorrelatorInput } from '../../src/pipeline/correlator.js';
import { CLIENT, connectionsAfter, drained, NETNS, OFFSET_US, pathOf, row, transition } from './stories.js';

const S = 1_000_000;
const JAVA = { pid: 7, tid: 7, comm: 'java' };
const OTHER = NETNS + 1;

function connect(bootUs: number, result: number, more: Partial<ConnectEvent> = {}): ConnectEvent {
  const ids = { netns: NETNS, cookie: 0, inode: 8, cgroup: 0, uid: 0, fd: 3 };
  return { kind: 'connect', bootUs, skaddr: 2, tuple: CLIENT, task: JAVA, result, softError: 0, ...ids, ...more };
}

function error(bootUs: number, errno: number): ErrorEvent {
  return { kind: 'error', bootUs, skaddr: 0, netns: 0, tuple: CLIENT, error: errno };
}

function historyOf(inputs: readonly CorrelatorInput[]) {
  const correlator = new Correlator({ firstId: 1, tracing: true });
  const batches = [...inputs.map((input) => correlator.accept(input)), correlator.finish()];
  const events = batches.flatMap((batch) => batch.events).map(({ connectionId, detail }) => [connectionId, detail]);
  return { connections: connectionsAfter(batches), events, gaps: batches.flatMap((batch) => batch.gaps) };
}

/** A connection that waits in TIME-WAIT since 1 s. */
const WAITS = [
  transition(1 * S - 500, 'UNCONN', 'SYN-SENT'),
  transition(1 * S - 400, 'SYN-SENT', 'ESTAB'),
  transition(1 * S - 300, 'ESTAB', 'FIN-WAIT-1'),
  transition(1 * S - 200, 'FIN-WAIT-1', 'FIN-WAIT-2'),
  transition(1 * S, 'FIN-WAIT-2', 'UNCONN', { done: true }),
];
const AGAIN = transition(3 * S, 'UNCONN', 'SYN-SENT', { skaddr: 2, task: JAVA, fd: 3, inProcess: true });

describe('a connect from a port that was bound, whose four-tuple is in TIME-WAIT', () => {
  const states = (events: readonly ProbeEvent[], throughUs = 4 * S) =>
    historyOf([drained(WAITS), drained(events, throughUs)]).connections.map(({ state, closedUs }) => [
      state,
      closedUs === undefined ? undefined : closedUs - OFFSET_US,
    ]);
  const closes = (errno: number, inProcess: boolean) =>
    transition(3 * S + 10, 'SYN-SENT', 'UNCONN', { skaddr: 2, error: errno, inProcess });

  it('leaves the TIME-WAIT as it is where it fails with EADDRNOTAVAIL', () => {
    const failed = [AGAIN, closes(0, true), connect(3 * S + 20, -99)];
    deepEqual(states(failed), [
      ['TIME-WAIT', undefined],
      ['UNCONN', 3 * S + 10],
    ]);
  });

  it('leaves it also where the end has the error of the last connection, which is not why it failed', () => {
    const failed = [AGAIN, closes(104, true), connect(3 * S + 20, -99)];
    const { connections } = historyOf([drained(WAITS), drained(failed, 4 * S)]);
    deepEqual(
      connections.map(({ state, closeReason }) => [state, closeReason]),
      [
        ['TIME-WAIT', 'orderly'],
        ['UNCONN', 'failed'],
      ],
    );
  });

  it('leaves it where the result of connect(2) was lost: the next dump shows who has the four-tuple', () => {
    deepEqual(states([AGAIN, closes(0, true)])[0], ['TIME-WAIT', undefined]);
  });

  it('ends it when it began, where it was refused', () => {
    deepEqual(states([AGAIN, closes(111, false)])[0], ['UNCONN', 3 * S]);
  });

  it('ends it when it began, where connect(2) is under way', () => {
    deepEqual(states([AGAIN, connect(3 * S + 20, -115)], 3 * S + 20)[0], ['UNCONN', 3 * S]);
  });

  it('ends it when it began, where it did not fail at once', () => {
    deepEqual(states([AGAIN])[0], ['UNCONN', 3 * S]);
  });

  it('is not written while that is not known: both would have the four-tuple in the file', () => {
    const correlator = new Correlator({ firstId: 1, tracing: true });
    correlator.accept(drained(WAITS));
    const early = correlator.accept(drained([AGAIN], 3 * S + 5));
    deepEqual([early.connections.length, early.throughUs - OFFSET_US], [0, 3 * S]);
    const late = correlator.accept(drained([], 4 * S));
    deepEqual(
      late.connections.map(({ connection: { state } }) => state),
      ['SYN-SENT', 'UNCONN'],
    );
  });
});

describe('a socket that connects again', () => {
  const begun = { tuple: { ...CLIENT, localPort: 0 }, task: JAVA, fd: 3, inode: 5, inProcess: true };
  const first = [
    transition(1 * S, 'UNCONN', 'SYN-SENT', begun),
    transition(1 * S + 10, 'SYN-SENT', 'UNCONN', { error: 111 }),
    connect(1 * S + 20, -111, { skaddr: 1, tuple: { ...CLIENT, localPort: 0 } }),
  ];
  const second = transition(2 * S, 'UNCONN', 'SYN-SENT', begun);

  describe('before the first connect had ended', () => {
    const tuple = { ...CLIENT, localPort: 0 };
    const opened = [transition(1 * S, 'UNCONN', 'SYN-SENT', begun), connect(1 * S + 10, -115, { skaddr: 1, inode: 5 })];
    const refused = transition(2 * S, 'SYN-SENT', 'UNCONN', { error: 111 });
    const lives = (events: readonly ProbeEvent[]) => {
      const { connections, events: noted } = historyOf([drained([...opened, ...events])]);
      return [connections.map(({ closeReason }) => closeReason), noted.map(([, detail]) => detail)];
    };
    const again = (result: number, inode = 5) => connect(3 * S, result, { skaddr: 1, tuple, inode });

    it('has its result', () => {
      deepEqual(lives([refused, again(-111)]), [['refused'], ['ECONNREFUSED']]);
    });

    it('has ECONNABORTED where SO_ERROR has returned that', () => {
      deepEqual(lives([refused, again(-103)]), [['refused'], ['ECONNABORTED']]);
    });

    it('has it where the end was lost', () => {
      deepEqual(lives([again(-110)]), [[undefined], ['ETIMEDOUT']]);
    });

    it('has it after it was interrupted', () => {
      const interrupted = connect(1 * S + 20, -512, { skaddr: 1, inode: 5 });
      deepEqual(lives([interrupted, refused, again(-111)]), [['refused'], ['ECONNREFUSED']]);
    });

    it('has it once: the next one is a connect of its own', () => {
      deepEqual(lives([refused, again(-111), again(-111)])[0], ['refused', 'refused']);
    });

    it('has not that of another socket with its address, nor another result', () => {
      deepEqual(lives([refused, again(-111, 6)])[0], ['refused', 'refused']);
      deepEqual(lives([refused, again(-101)])[0], ['refused', 'unreachable']);
    });
  });

  it('is not the one whose connect(2) failed under the same descriptor, after another thread closed that', () => {
    const there = { ...begun, tuple: CLIENT };
    const { connections, events } = historyOf([
      drained([
        transition(1 * S, 'UNCONN', 'SYN-SENT', there),
        transition(1 * S + 10, 'SYN-SENT', 'ESTAB'),
        connect(2 * S, -110, { skaddr: 1, inode: 5, tuple: { ...CLIENT, remotePort: 9_201 } }),
      ]),
    ]);
    deepEqual([connections.map(({ state }) => state), events], [['ESTAB'], []]);
  });

  it('has the port of its second life', () => {
    const tuple = { ...CLIENT, localPort: 50_001 };
    const { connections, gaps } = historyOf([
      drained([...first, second, transition(2 * S + 10, 'SYN-SENT', 'ESTAB', { tuple })]),
    ]);
    deepEqual(
      connections.map((each) => each.tuple.localPort),
      [CLIENT.localPort, 50_001],
    );
    deepEqual(gaps, []);
  });

  it('has no port where it finds none: the event has that of its first life', () => {
    const closes = transition(2 * S + 10, 'SYN-SENT', 'UNCONN', { inProcess: true });
    const { connections } = historyOf([drained([...first, second, closes])]);
    deepEqual(
      connections.map((each) => each.tuple.localPort),
      [CLIENT.localPort, 0],
    );
  });

  describe('while its last connection waits in TIME-WAIT, with the same cookie', () => {
    const tuple = { ...CLIENT, localPort: 50_001 };
    const opened = transition(3 * S, 'UNCONN', 'SYN-SENT', { tuple, cookie: 77, task: JAVA, fd: 3 });
    const established = transition(3 * S + 10, 'SYN-SENT', 'ESTAB', { tuple, cookie: 77 });
    const timer = (expiresMs: number) => ({ kind: 'timewait', expiresMs, retransmits: 0 }) as const;
    const waiting = (atS: number) => row('TIME-WAIT', { inode: 0, timer: timer((61 - atS) * 1000) });
    const dump = (atS: number, ...rows: Parameters<typeof snapshotOf>[0]) =>
      snapshotOf(rows, { netns: NETNS, startBootUs: atS * S, endBootUs: atS * S + 100, offsetUs: OFFSET_US });
    const waits = WAITS.map((event) => ({ ...event, cookie: 77 }));
    const statesAfter = (...inputs: CorrelatorInput[]) => {
      const { connections, gaps } = historyOf(inputs);
      deepEqual(gaps, []);
      return connections.map(({ state, tuple: { localPort } }) => `${localPort} ${state}`);
    };
    const both = [`${CLIENT.localPort} TIME-WAIT`, '50001 ESTAB'];

    it('leaves that as it is', () => {
      deepEqual(statesAfter(drained(waits), dump(2, waiting(2)), drained([opened, established])), both);
    });

    it('is known beside it in each dump, in any order', () => {
      const full = row('ESTAB', { tuple });
      for (const rows of [
        [waiting(4), full],
        [full, waiting(4)],
      ])
        deepEqual(
          statesAfter(drained(waits), dump(2, waiting(2)), drained([opened, established], 4 * S), dump(4, ...rows)),
          both,
        );
    });

    it('is found beside it where its opening was lost', () => {
      const full = row('ESTAB', { tuple });
      const lost = { fromBootUs: 2 * S, toBootUs: 4 * S, cpu: 0, lost: 2, reason: 'overrun' } as const;
      const { connections } = historyOf([
        drained(waits),
        dump(2, waiting(2)),
        drained([], 4 * S, [lost]),
        dump(4, full, waiting(4)),
      ]);
      deepEqual(
        connections.map(({ state }) => state),
        ['TIME-WAIT', 'ESTAB'],
      );
    });
  });

  it('has the port of its event where another socket was there before', () => {
    const other = transition(2 * S, 'UNCONN', 'SYN-SENT', { ...begun, inode: 6 });
    const closes = transition(2 * S + 10, 'SYN-SENT', 'UNCONN', { inProcess: true });
    const { connections } = historyOf([drained([...first, other, closes])]);
    deepEqual(
      connections.map((each) => each.tuple.localPort),
      [CLIENT.localPort, CLIENT.localPort],
    );
  });
});

describe('the report of an error', () => {
  const opened = (skaddr: number, netns: number) => [
    transition(skaddr, 'UNCONN', 'SYN-SENT', { skaddr, netns }),
    transition(skaddr + 1, 'SYN-SENT', 'ESTAB', { skaddr, netns }),
  ];
  const both = [...opened(10, NETNS), ...opened(20, OTHER)];
  const reset = (skaddr: number, netns: number, bootUs: number) =>
    transition(bootUs, 'ESTAB', 'UNCONN', { skaddr, netns, error: 104 });

  it('belongs to the connection that has just ended with it, not to one of another namespace', () => {
    const { events } = historyOf([drained([...both, reset(20, OTHER, 1 * S), error(1 * S + 9, 104)])]);
    deepEqual(events, [[2, 'ECONNRESET']]);
  });

  it('belongs to each in turn where both end, one after the other', () => {
    const ends = [reset(20, OTHER, 1 * S), error(1 * S + 9, 104), reset(10, NETNS, 1 * S + 20), error(1 * S + 30, 104)];
    deepEqual(historyOf([drained([...both, ...ends])]).events, [
      [2, 'ECONNRESET'],
      [1, 'ECONNRESET'],
    ]);
  });

  const NO_PROOF = 'ECONNRESET 10.0.0.1:40000 > 10.4.1.80:9200 (2 connections have this four-tuple)';

  it('belongs to none where two have ended with it', () => {
    const ends = [reset(20, OTHER, 1 * S), reset(10, NETNS, 1 * S + 1), error(1 * S + 9, 104)];
    deepEqual(historyOf([drained([...both, ...ends])]).events, [[undefined, NO_PROOF]]);
  });

  it('does not belong to a connect that found no port: none comes for it', () => {
    const port = { ...CLIENT, localPort: 0 };
    const fails = [
      transition(1 * S - 20, 'UNCONN', 'SYN-SENT', { skaddr: 30, task: JAVA, fd: 3, inProcess: true }),
      transition(1 * S - 10, 'SYN-SENT', 'UNCONN', { skaddr: 30, inProcess: true }),
      connect(1 * S - 5, -99, { skaddr: 30, tuple: port }),
    ];
    const { events } = historyOf([drained([...both, ...fails, reset(20, OTHER, 1 * S), error(1 * S + 9, 104)])]);
    deepEqual(events, [
      [3, 'EADDRNOTAVAIL'],
      [2, 'ECONNRESET'],
    ]);
  });

  it('belongs to none where two are open and none has ended with it', () => {
    deepEqual(historyOf([drained([...both, error(1 * S, 104)])]).events, [[undefined, NO_PROOF]]);
    const late = [reset(20, OTHER, 1 * S), error(1 * S + 20_000, 104)];
    deepEqual(historyOf([drained([...both, ...late])]).events, [[1, 'ECONNRESET']], 'the only one left');
  });

  it('belongs to the one that its own process has just disconnected, without its peer port', () => {
    const aborts = transition(1 * S, 'ESTAB', 'UNCONN', { skaddr: 10, inProcess: true });
    const left = { ...error(1 * S + 9, 104), tuple: { ...CLIENT, remotePort: 0 } };
    deepEqual(historyOf([drained([...opened(10, NETNS), aborts, left])]).events, [[1, 'ECONNRESET']]);
  });

  it('belongs to the one that is open: an ICMP error that ends nothing', () => {
    deepEqual(historyOf([drained([...opened(10, NETNS), error(1 * S, 113)])]).events, [[1, 'EHOSTUNREACH']]);
  });
});

describe('an ICMP error that came while connect(2) held the socket', () => {
  it('is the reason where the program then closes it', () => {
    const events = [
      transition(1 * S, 'UNCONN', 'SYN-SENT', { skaddr: 2, task: JAVA, fd: 3, inProcess: true }),
      connect(1 * S + 50, -115, { softError: 113 }),
      transition(1 * S + 200, 'SYN-SENT', 'UNCONN', { skaddr: 2, inProcess: true }),
    ];
    const { connections, events: noted } = historyOf([drained(events)]);
    equal(connections[0]?.closeReason, 'unreachable');
    deepEqual(noted, [[1, 'EHOSTUNREACH ICMP']]);
  });
});

describe('a RST for a segment that no socket was there for', () => {
  it('does not end an orphan that waits by what is known: its timer has', () => {
    const orphan = [
      transition(1 * S, 'UNCONN', 'SYN-SENT'),
      transition(2 * S, 'SYN-SENT', 'FIN-WAIT-2'),
      transition(3 * S, 'FIN-WAIT-2', 'UNCONN'),
    ];
    const rst: ResetEvent = {
      ...{ kind: 'reset', bootUs: 62 * S, skaddr: 0, netns: NETNS, tuple: CLIENT, cookie: 0 },
      ...{ direction: 'sent', state: undefined, reason: 'NO_SOCKET' },
    };
    const { connections, events } = historyOf([drained([...orphan, rst])]);
    equal(connections[0]?.closeReason, undefined);
    deepEqual(events, [[undefined, 'sent NO_SOCKET 10.0.0.1:40000 > 10.4.1.80:9200']]);
  });
});

describe('a RST that a listener sends', () => {
  const listens = transition(1, 'UNCONN', 'LISTEN', {
    skaddr: 9,
    tuple: { ...CLIENT, localPort: 80, remoteAddr: '0.0.0.0', remotePort: 0 },
  });
  const tuple = { ...CLIENT, localPort: 80, remotePort: 40_000 };
  const rst: ResetEvent = {
    kind: 'reset',
    bootUs: 2 * S,
    skaddr: 9,
    netns: NETNS,
    tuple,
    direction: 'sent',
    state: 'LISTEN',
    reason: 'INVALID_SYN',
    cookie: 77,
  };

  it('ends the half-open request that it is for', () => {
    const rows = [row('SYN-RECV', { tuple, inode: 0, cookie: 0 })];
    const times = { netns: NETNS, startBootUs: 1 * S, endBootUs: 1 * S + 100, offsetUs: OFFSET_US };
    const listening = row('LISTEN', { tuple: { ...tuple, remoteAddr: '0.0.0.0', remotePort: 0 } });
    const { connections, events } = historyOf([
      drained([listens], 1 * S),
      snapshotOf([listening, ...rows], times),
      drained([rst]),
    ]);
    deepEqual(connections.map(pathOf), [['UNCONN>LISTEN'], ['~UNCONN>NEW-SYN-RECV', 'NEW-SYN-RECV>UNCONN']]);
    deepEqual(events, [[2, 'sent INVALID_SYN']]);
  });

  it('names the peer on the listener where no request is known', () => {
    const { events } = historyOf([drained([listens, rst])]);
    deepEqual(events, [[1, 'sent INVALID_SYN 10.0.0.1:80 > 10.4.1.80:40000']]);
  });
});
