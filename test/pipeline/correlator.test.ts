import { deepEqual, equal, ok } from 'node:assert/strict';
import type { Connection } from '../../src/model/connection.js';
import type { HistoryBatch } from '../../src/model/history-batch.js';
import { snapshotOf } from '../../src/model/snapshot-rows.js';
import type { SocketRow } from '../../src/model/socket-row.js';
import { Correlator, type CorrelatorInput } from '../../src/pipeline/correlator.js';
import { CLIENT, connectionsAfter, drained, NETNS, OFFSET_US, pathOf, row, timeWait, transition } from './stories.js';

const JAVA = { pid: 13_657, tid: 13_700, comm: 'java' };

function snapshot(startBootUs: number, rows: SocketRow[], owners = new Map()): CorrelatorInput {
  return snapshotOf(rows, { netns: NETNS, startBootUs, endBootUs: startBootUs + 100, offsetUs: OFFSET_US, owners });
}

function batchesAfter(inputs: readonly CorrelatorInput[], tracing = true): HistoryBatch[] {
  const correlator = new Correlator({ firstId: 1, tracing });
  return [...inputs.map((input) => correlator.accept(input)), correlator.finish()];
}

function only(batches: readonly HistoryBatch[]): Connection {
  const connections = connectionsAfter(batches);
  equal(connections.length, 1, `one connection, not ${connections.length}`);
  return connections[0] as Connection;
}

const gapsOf = (batches: readonly HistoryBatch[]) => batches.flatMap((batch) => batch.gaps);

describe('a connection that the probe saw whole', () => {
  const opening = transition(1_000, 'UNCONN', 'SYN-SENT', {
    tuple: { ...CLIENT, localPort: 0 },
    task: JAVA,
    fd: 42,
    inProcess: true,
  });

  it('gets its local port from the first event that knows it', () => {
    const connection = only(batchesAfter([drained([opening, transition(1_200, 'SYN-SENT', 'ESTAB')])]));
    deepEqual(connection.tuple, CLIENT);
    deepEqual(pathOf(connection), ['UNCONN>SYN-SENT', 'SYN-SENT>ESTAB']);
    deepEqual([connection.pid, connection.tid, connection.comm, connection.fd], [13_657, 13_700, 'java', 42]);
    equal(connection.openedUs, 1_000 + OFFSET_US);
    equal(connection.origin, 'connect');
  });

  const endings = [
    ['refused', 'SYN-SENT', { error: 111 }],
    ['timed out', 'SYN-SENT', { error: 110 }],
    ['unreachable', 'SYN-SENT', { error: 113 }],
    ['aborted', 'SYN-SENT', { inProcess: true }],
    ['reset by peer', 'ESTAB', { error: 104 }],
    ['reset by peer', 'CLOSE-WAIT', { error: 32 }],
    ['aborted', 'ESTAB', { inProcess: true }],
    ['orderly', 'LAST-ACK', {}],
    ['destroyed', 'ESTAB', { error: 103 }],
    ['unknown', 'FIN-WAIT-1', {}],
    ['orderly', 'LISTEN', {}],
    ['orderly', 'LISTEN', { error: 104 }],
  ] as const;
  for (const [reason, from, how] of endings) {
    it(`ends ${reason}: ${from} -> UNCONN, ${JSON.stringify(how)}`, () => {
      const events = [opening, transition(2_000, 'SYN-SENT', from), transition(3_000, from, 'UNCONN', how)];
      const connection = only(batchesAfter([drained(from === 'SYN-SENT' ? [opening, ...events.slice(2)] : events)]));
      equal(connection.closeReason, reason);
      equal(connection.closedUs, 3_000 + OFFSET_US);
      equal(connection.closedSource, 'probe');
    });
  }

  describe('of a listener that SOCK_DESTROY ends', () => {
    const tuple = { ...CLIENT, localPort: 7_300, remoteAddr: '0.0.0.0', remotePort: 0 };
    const listens = transition(1_000, 'UNCONN', 'LISTEN', { tuple, cookie: 7 });
    const closes = transition(2_000, 'LISTEN', 'UNCONN', { tuple, cookie: 7 });
    const isDone = transition(2_014, 'UNCONN', 'UNCONN', { tuple, cookie: 7, error: 103, done: true });

    it('has its reason, though the error comes with a second end', () => {
      const batches = batchesAfter([drained([listens, closes, isDone])]);
      const connection = only(batches);
      equal(connection.closeReason, 'destroyed');
      equal(connection.closedUs, 2_000 + OFFSET_US);
      deepEqual(pathOf(connection), ['UNCONN>LISTEN', 'LISTEN>UNCONN']);
      deepEqual(
        batches.flatMap(({ gaps }) => gaps),
        [],
      );
    });

    it('has it also where its end was written before', () => {
      const batches = batchesAfter([drained([listens, closes]), drained([isDone])]);
      equal(only(batches).closeReason, 'destroyed');
    });

    it('keeps its reason where the second end is of another socket', () => {
      const other = { ...isDone, bootUs: 9_000, cookie: 8 };
      const batches = batchesAfter([drained([listens, closes]), snapshot(5_000, []), drained([other], 20_000)]);
      equal(only(batches).closeReason, 'orderly');
      deepEqual(
        batches.flatMap(({ gaps }) => gaps),
        [],
      );
    });
  });

  it('stays in TIME-WAIT with its process until a snapshot no longer has it', () => {
    const closing = [
      transition(2_000, 'SYN-SENT', 'ESTAB'),
      transition(3_000, 'ESTAB', 'FIN-WAIT-1'),
      transition(3_100, 'FIN-WAIT-1', 'FIN-WAIT-2'),
      transition(3_200, 'FIN-WAIT-2', 'UNCONN', { done: true }),
    ];
    const timeWait = row('TIME-WAIT', { inode: 0, timer: { kind: 'timewait', expiresMs: 59_000, retransmits: 0 } });
    const batches = batchesAfter([
      drained([opening, ...closing], 5_000),
      snapshot(1_000_000, [timeWait]),
      snapshot(60_500_000, []),
    ]);
    const connection = only(batches);
    deepEqual(pathOf(connection).slice(-2), ['FIN-WAIT-2>TIME-WAIT', '~TIME-WAIT>UNCONN']);
    equal(connection.closedSource, 'timer');
    equal(connection.closeReason, 'orderly');
    equal(connection.comm, 'java');
    // The timer was due at 60 s; the kernel's may be up to seconds late.
    equal(connection.closedUs, 60_500_100 + OFFSET_US);
    equal(connection.closedNotBeforeUs, 1_000_000 + OFFSET_US);
    deepEqual(gapsOf(batches), []);
  });

  it('ends its TIME-WAIT when the four-tuple is taken again', () => {
    const batches = batchesAfter([
      drained([
        opening,
        transition(2_000, 'SYN-SENT', 'ESTAB'),
        transition(3_000, 'ESTAB', 'FIN-WAIT-1'),
        transition(3_100, 'FIN-WAIT-1', 'FIN-WAIT-2'),
        transition(3_200, 'FIN-WAIT-2', 'UNCONN', { done: true }),
        transition(9_000, 'UNCONN', 'SYN-SENT', { skaddr: 2, task: JAVA }),
      ]),
      drained([], 20_000),
    ]);
    const [first, second] = connectionsAfter(batches);
    equal(first?.closedUs, 9_000 + OFFSET_US);
    equal(first?.closedSource, 'probe');
    equal(second?.state, 'SYN-SENT');
  });

  it('waits as an orphan in FIN-WAIT-2, which a snapshot may find in TIME-WAIT', () => {
    const batches = batchesAfter([
      drained([
        opening,
        transition(2_000, 'SYN-SENT', 'ESTAB'),
        transition(3_000, 'ESTAB', 'FIN-WAIT-1'),
        transition(3_100, 'FIN-WAIT-1', 'FIN-WAIT-2'),
        transition(3_150, 'FIN-WAIT-2', 'UNCONN'),
      ]),
      snapshot(500_000, [
        row('TIME-WAIT', { inode: 0, timer: { kind: 'timewait', expiresMs: 59_600, retransmits: 0 } }),
      ]),
    ]);
    const connection = only(batches);
    deepEqual(pathOf(connection).slice(-2), ['FIN-WAIT-1>FIN-WAIT-2', '~FIN-WAIT-2>TIME-WAIT']);
    equal(connection.closedUs, undefined);
    deepEqual(gapsOf(batches), []);
  });

  it('may wait in TIME-WAIT after the timer of its FIN-WAIT-2 is due: a late FIN has started it again', () => {
    const closing = [
      opening,
      transition(2_000, 'SYN-SENT', 'ESTAB'),
      transition(3_000, 'ESTAB', 'FIN-WAIT-1'),
      transition(3_100, 'FIN-WAIT-1', 'FIN-WAIT-2'),
      transition(3_150, 'FIN-WAIT-2', 'UNCONN'),
    ];
    const [kind, retransmits] = ['timewait', 0] as const;
    const batches = batchesAfter([
      drained(closing),
      snapshot(500_000, [row('FIN-WAIT-2', { inode: 0, timer: { kind, expiresMs: 59_500, retransmits } })]),
      // The recorder got no CPU meanwhile.
      drained([], 80_000_000),
      snapshot(80_000_000, [row('TIME-WAIT', { inode: 0, timer: { kind, expiresMs: 9_000, retransmits } })]),
    ]);
    const connection = only(batches);
    deepEqual(pathOf(connection).slice(-2), ['FIN-WAIT-1>FIN-WAIT-2', '~FIN-WAIT-2>TIME-WAIT']);
    deepEqual(gapsOf(batches), []);
  });

  it('is kept apart from the next one on the same struct sock', () => {
    const batches = batchesAfter([
      drained([
        opening,
        transition(2_000, 'SYN-SENT', 'UNCONN', { error: 111 }),
        transition(3_000, 'UNCONN', 'SYN-SENT', { task: JAVA }),
      ]),
    ]);
    deepEqual(
      connectionsAfter(batches).map((c) => c.state),
      ['UNCONN', 'SYN-SENT'],
    );
  });
});

describe('a connect that failed at once', () => {
  it('is a connection of one moment, without transitions', () => {
    const batches = batchesAfter([
      drained([
        {
          kind: 'connect',
          bootUs: 500,
          skaddr: 9,
          netns: NETNS,
          tuple: CLIENT,
          task: JAVA,
          fd: 3,
          result: -101,
          softError: 0,
          uid: 0,
          cookie: 0,
          inode: 8,
          cgroup: 0,
        },
      ]),
    ]);
    const connection = only(batches);
    equal(connection.closeReason, 'unreachable');
    equal(connection.closedUs, connection.openedUs);
    deepEqual(pathOf(connection), []);
    deepEqual(
      batches[0]?.events.map((event) => event.detail),
      ['ENETUNREACH'],
    );
  });
});

describe('a snapshot held against the probe', () => {
  it('shows what was there before: opened before its end', () => {
    const connection = only(
      batchesAfter([snapshot(10_000, [row('ESTAB')], new Map([[5_001, [{ pid: 7, fd: 3, comm: 'sshd' }]]]))]),
    );
    equal(connection.origin, 'before-recording');
    equal(connection.openedUs, 10_100 + OFFSET_US);
    equal(connection.openedNotBeforeUs, 0);
    equal(connection.comm, 'sshd');
    deepEqual(pathOf(connection), ['~UNCONN>ESTAB']);
  });

  it('confirms the same state and attaches cookie and inode', () => {
    const batches = batchesAfter([
      drained([transition(1_000, 'LISTEN', 'SYN-RECV'), transition(1_100, 'SYN-RECV', 'ESTAB')], 5_000),
      snapshot(6_000, [row('ESTAB')]),
    ]);
    const connection = only(batches);
    deepEqual([connection.cookie, connection.inode, connection.uid], [77, 5_001, 1_000]);
    equal(connection.origin, 'accept');
    deepEqual(gapsOf(batches), []);
  });

  it('leaves alone what changed while the dump was running', () => {
    const batches = batchesAfter([
      drained([transition(1_000, 'LISTEN', 'SYN-RECV'), transition(6_050, 'SYN-RECV', 'ESTAB')], 7_000),
      snapshot(6_000, [row('SYN-RECV', { inode: 9 })]),
    ]);
    deepEqual(pathOf(only(batches)), ['LISTEN>SYN-RECV', 'SYN-RECV>ESTAB']);
  });

  it('infers a change that was not reported, with its bounds, and records a gap', () => {
    const batches = batchesAfter([
      drained([transition(1_000, 'LISTEN', 'SYN-RECV'), transition(1_100, 'SYN-RECV', 'ESTAB')], 5_000),
      snapshot(6_000, [row('ESTAB')]),
      snapshot(9_000, [row('CLOSE-WAIT')]),
    ]);
    const step = only(batches).steps.at(-1);
    deepEqual(step, {
      atUs: 9_100 + OFFSET_US,
      notBeforeUs: 6_000 + OFFSET_US,
      oldState: 'ESTAB',
      newState: 'CLOSE-WAIT',
      source: 'snapshot',
    });
    deepEqual(
      gapsOf(batches).map((gap) => gap.reason),
      ['continuity'],
    );
  });

  it('infers the end of one that is absent, between the last snapshot and its own end', () => {
    const batches = batchesAfter([snapshot(6_000, [row('ESTAB')]), snapshot(9_000, [])], false);
    const connection = only(batches);
    equal(connection.closedUs, 9_100 + OFFSET_US);
    equal(connection.closedNotBeforeUs, 6_000 + OFFSET_US);
    equal(connection.closedSource, 'snapshot');
    equal(connection.closeReason, 'unknown');
    deepEqual(gapsOf(batches), []);
  });

  it('joins a half-open request with the socket that it becomes', () => {
    const batches = batchesAfter([
      snapshot(1_000, []),
      snapshot(6_000, [row('SYN-RECV', { inode: 0 })]),
      drained(
        [
          transition(7_000, 'LISTEN', 'SYN-RECV', { cookie: 77 }),
          transition(7_010, 'SYN-RECV', 'ESTAB', { cookie: 77 }),
        ],
        8_000,
      ),
    ]);
    const connection = only(batches);
    deepEqual(pathOf(connection), ['~UNCONN>NEW-SYN-RECV', 'SYN-RECV>ESTAB']);
    equal(connection.origin, 'accept');
    deepEqual(gapsOf(batches), []);
  });

  it('finds a child by TCP Fast Open that waits in SYN-RECV to be accepted', () => {
    const batches = batchesAfter([
      snapshot(1_000, []),
      drained([transition(2_000, 'LISTEN', 'SYN-RECV')], 5_000),
      snapshot(6_000, [row('SYN-RECV', { inode: 0, shutdown: 0 })]),
      drained([transition(7_000, 'SYN-RECV', 'ESTAB', { cookie: 77 })], 8_000),
    ]);
    const connection = only(batches);
    deepEqual(pathOf(connection), ['LISTEN>SYN-RECV', 'SYN-RECV>ESTAB']);
    equal(connection.cookie, 77);
    deepEqual(gapsOf(batches), []);
  });

  it('finds the process of every further owner', () => {
    const owners = new Map([
      [
        5_001,
        [
          { pid: 7, fd: 3, comm: 'nginx' },
          { pid: 8, fd: 3, comm: 'nginx' },
        ],
      ],
    ]);
    const batches = batchesAfter([snapshot(6_000, [row('LISTEN')], owners)]);
    deepEqual(
      batches.flatMap((batch) => batch.owners).map((owner) => owner.pid),
      [8],
    );
  });
});

describe('events that were lost', () => {
  const loss = { fromBootUs: 1_050, toBootUs: 1_900, cpu: 1, lost: 3, reason: 'sequence' as const };

  it('explain a break in a chain of states: one gap, not two', () => {
    const batches = batchesAfter([
      drained([transition(1_000, 'UNCONN', 'SYN-SENT')]),
      drained([transition(2_000, 'ESTAB', 'CLOSE-WAIT')], 2_000, [loss]),
    ]);
    deepEqual(pathOf(only(batches)), ['UNCONN>SYN-SENT', '~SYN-SENT>ESTAB', 'ESTAB>CLOSE-WAIT']);
    deepEqual(
      gapsOf(batches).map((gap) => [gap.reason, gap.lost, gap.cpu]),
      [['sequence', 3, 1]],
    );
  });

  it('that are not counted make a gap of their own', () => {
    const batches = batchesAfter([
      drained([transition(1_000, 'UNCONN', 'SYN-SENT'), transition(2_000, 'ESTAB', 'CLOSE-WAIT')]),
    ]);
    deepEqual(
      gapsOf(batches).map((gap) => [gap.reason, gap.fromUs - OFFSET_US, gap.toUs - OFFSET_US]),
      [['continuity', 1_000, 2_000]],
    );
  });

  it('may end a life: a reused address proves that it is over', () => {
    const batches = batchesAfter([
      drained([transition(1_000, 'UNCONN', 'SYN-SENT')]),
      drained([transition(2_000, 'UNCONN', 'SYN-SENT', { tuple: { ...CLIENT, localPort: 40_001 } })], 2_000, [loss]),
      snapshot(9_000, [row('SYN-SENT', { tuple: { ...CLIENT, localPort: 40_001 } })]),
    ]);
    const [first, second] = connectionsAfter(batches);
    equal(first?.closedUs, 2_000 + OFFSET_US);
    equal(first?.closeReason, 'unknown');
    equal(first?.closedNotBeforeUs, 1_000 + OFFSET_US);
    ok(second !== undefined && second.closedUs === undefined);
  });
});

describe('a recording that continues another', () => {
  const before = only(batchesAfter([snapshot(6_000, [row('ESTAB')])]));
  const carried = (sameBoot: boolean) => ({ connection: before, evidenceUs: 7_000 + OFFSET_US, sameBoot });

  it('carries on a socket that a snapshot proves to be the same', () => {
    const correlator = new Correlator({ firstId: 2, tracing: true, carriedOver: [carried(true)] });
    const batches = [correlator.accept(snapshot(20_000, [row('CLOSE-WAIT')]))];
    const connection = only(batches);
    equal(connection.id, 1);
    equal(connection.state, 'CLOSE-WAIT');
    equal(connection.steps.at(-1)?.notBeforeUs, 7_000 + OFFSET_US);
  });

  it('has durations that are true where the wall clock was stepped between both', () => {
    const hourUs = 3_600_000_000;
    const carriedOver = [{ ...carried(true), offsetUs: OFFSET_US }];
    const correlator = new Correlator({ firstId: 2, tracing: true, carriedOver });
    const dump = (offsetUs: number) =>
      snapshotOf([row('CLOSE-WAIT')], { netns: NETNS, startBootUs: 20_000, endBootUs: 20_100, offsetUs });
    const last = only([correlator.accept(dump(OFFSET_US - hourUs))]).steps.at(-1);
    const unstepped = new Correlator({ firstId: 2, tracing: true, carriedOver });
    equal(last?.atUs, only([unstepped.accept(dump(OFFSET_US))]).steps.at(-1)?.atUs);
    equal(last?.notBeforeUs, 7_000 + OFFSET_US);
  });

  it('closes what is gone, with bounds', () => {
    const correlator = new Correlator({ firstId: 2, tracing: true, carriedOver: [carried(true)] });
    const connection = only([correlator.accept(snapshot(20_000, []))]);
    equal(connection.closedUs, 20_100 + OFFSET_US);
    equal(connection.closedNotBeforeUs, 7_000 + OFFSET_US);
  });

  it('closes what is in a namespace that no dump has, but not where it does not look for all', () => {
    const end = (...rounds: CorrelatorInput[]) => {
      const correlator = new Correlator({ firstId: 2, tracing: true, carriedOver: [carried(true)] });
      const others = [20_000, 30_000, 40_000].map((startBootUs) =>
        snapshotOf([], { netns: 1, startBootUs, endBootUs: startBootUs + 100, offsetUs: OFFSET_US }),
      );
      return connectionsAfter([...rounds, ...others].map((input) => correlator.accept(input))).at(0)?.closedUs;
    };
    const found = { found: new Set([1]), unsure: new Set<number>() };
    equal(end({ kind: 'netns-round', bootUs: 10_000, offsetUs: OFFSET_US, ...found }), 40_100 + OFFSET_US);
    equal(end(), undefined);
  });

  it('closes everything of another boot', () => {
    const correlator = new Correlator({ firstId: 2, tracing: true, carriedOver: [carried(false)] });
    const connections = connectionsAfter([correlator.accept(snapshot(20_000, [row('ESTAB')]))]);
    deepEqual(
      connections.map((c) => [c.id, c.closedUs === undefined]),
      [
        [1, false],
        [2, true],
      ],
    );
  });
});

describe('a dump that was under way', () => {
  it('shows a socket that has ended meanwhile: it is not found again', () => {
    const life = [
      transition(6_010, 'LISTEN', 'SYN-RECV'),
      transition(6_020, 'SYN-RECV', 'ESTAB'),
      transition(6_060, 'ESTAB', 'UNCONN', { error: 104 }),
    ];
    const batches = batchesAfter([snapshot(1_000, []), drained(life, 7_000), snapshot(6_000, [row('ESTAB')])]);
    equal(only(batches).closeReason, 'reset by peer');
    deepEqual(gapsOf(batches), []);
  });

  it('does not give the cookie of an old TIME-WAIT to the socket that took its four-tuple', () => {
    const batches = batchesAfter([
      drained([transition(6_050, 'UNCONN', 'SYN-SENT', { skaddr: 2, task: JAVA })], 7_000),
      snapshot(6_000, [row('TIME-WAIT', { inode: 0, timer: { kind: 'timewait', expiresMs: 40_000, retransmits: 0 } })]),
    ]);
    const connections = connectionsAfter(batches);
    equal(connections.find((each) => each.state === 'SYN-SENT')?.cookie, undefined);
  });

  it('does not give that cookie to a later one that is in TIME-WAIT too by the time the dump is read', () => {
    const life = (bootUs: number, skaddr: number) => [
      transition(bootUs, 'UNCONN', 'SYN-SENT', { skaddr, task: JAVA }),
      transition(bootUs + 10, 'SYN-SENT', 'ESTAB', { skaddr }),
      transition(bootUs + 20, 'ESTAB', 'FIN-WAIT-1', { skaddr }),
      transition(bootUs + 30, 'FIN-WAIT-1', 'FIN-WAIT-2', { skaddr }),
      transition(bootUs + 40, 'FIN-WAIT-2', 'UNCONN', { skaddr, done: true }),
    ];
    const waiting = { inode: 0, timer: { kind: 'timewait', expiresMs: 60_000, retransmits: 0 } } as const;
    const batches = batchesAfter([
      snapshot(500, []),
      drained([...life(1_000, 2), ...life(8_000, 3)], 9_000),
      snapshot(6_000, [row('TIME-WAIT', { ...waiting, cookie: 77 })]),
      drained([], 20_000),
      snapshot(19_000, [row('TIME-WAIT', { ...waiting, cookie: 78 })]),
      drained([], 40_000),
      // The cookie of a TIME-WAIT is written with its end.
      snapshot(39_000, []),
    ]);
    deepEqual(
      connectionsAfter(batches).map((each) => [each.state, each.cookie]),
      [
        ['UNCONN', undefined],
        ['UNCONN', 78],
      ],
    );
    deepEqual(gapsOf(batches), []);
  });

  it('may be the first, and have an old TIME-WAIT whose four-tuple was used again while it ran', () => {
    const waiting = (expiresMs: number) =>
      ({ inode: 0, timer: { kind: 'timewait', expiresMs, retransmits: 0 } }) as const;
    const batches = batchesAfter([
      drained(
        [
          transition(20_000, 'UNCONN', 'SYN-SENT', { skaddr: 2, task: JAVA }),
          transition(20_010, 'SYN-SENT', 'ESTAB', { skaddr: 2 }),
          transition(20_020, 'ESTAB', 'FIN-WAIT-1', { skaddr: 2 }),
          transition(20_030, 'FIN-WAIT-1', 'FIN-WAIT-2', { skaddr: 2 }),
          transition(20_040, 'FIN-WAIT-2', 'UNCONN', { skaddr: 2, done: true }),
        ],
        90_000,
      ),
      Object.assign(snapshot(10_000, [row('TIME-WAIT', { ...waiting(41_000), cookie: 5 })]), { endBootUs: 80_000 }),
      drained([], 2_000_000),
      snapshot(1_000_000, [row('TIME-WAIT', { ...waiting(59_020), cookie: 77 })]),
      drained([], 3_000_000),
    ]);
    deepEqual(
      connectionsAfter(batches).map((each) => [each.state, each.openedSource]),
      [['TIME-WAIT', 'probe']],
    );
    deepEqual(gapsOf(batches), []);
  });
});

describe('a namespace that appears while recording without BPF', () => {
  const OTHER = NETNS + 7;
  const come = (netns: number): CorrelatorInput => ({
    kind: 'netns',
    netns,
    present: true,
    bootUs: 2_000,
    offsetUs: OFFSET_US,
  });
  const seen = (netns: number, bootUs: number, state: 'ESTAB' | 'SYN-SENT') =>
    snapshotOf([row(state, { cookie: netns })], {
      netns,
      startBootUs: bootUs,
      endBootUs: bootUs + 100,
      offsetUs: OFFSET_US,
    });

  it('has sockets that do not count as older than the run, and whose opening is unknown', () => {
    const batches = batchesAfter(
      [come(NETNS), seen(NETNS, 1_000, 'ESTAB'), come(OTHER), seen(OTHER, 3_000, 'SYN-SENT')],
      false,
    );
    deepEqual(
      connectionsAfter(batches).map((each) => [each.netns, each.origin, each.openedNotBeforeUs]),
      [
        [NETNS, 'before-recording', 0],
        [OTHER, 'connect', 0],
      ],
    );
  });
});

describe('a destroy notification', () => {
  const destroyed = (more: Partial<SocketRow>): CorrelatorInput => ({
    kind: 'destroyed',
    netns: NETNS,
    bootUs: 5_000,
    offsetUs: OFFSET_US,
    row: row('UNCONN', { cookie: 90, ...more }),
  });

  it('may be about a socket that no snapshot ever saw: it ends with the next one', () => {
    const connection = only(batchesAfter([snapshot(1_000, []), destroyed({}), snapshot(9_000, [])], false));
    equal(connection.openedNotBeforeUs, 1_000 + OFFSET_US);
    equal(connection.closedUs, 5_000 + OFFSET_US);
  });

  const waiting = {
    inode: 0,
    cookie: 91,
    timer: { kind: 'timewait', expiresMs: 60_000, retransmits: 0 },
  } as const;

  for (const [order, inputs] of [
    [
      'after',
      [snapshot(4_000, [row('TIME-WAIT', waiting)]), destroyed({}), snapshot(9_000, [row('TIME-WAIT', waiting)])],
    ],
    [
      'before',
      [destroyed({}), snapshot(9_000, [row('TIME-WAIT', waiting)]), snapshot(12_000, [row('TIME-WAIT', waiting)])],
    ],
  ] as const) {
    it(`belongs to the TIME-WAIT that a snapshot shows ${order} it: a socket that never got a cookie passes none on`, () => {
      const connection = only(batchesAfter([snapshot(1_000, []), ...inputs], false));
      deepEqual([connection.state, connection.cookie], ['TIME-WAIT', 91]);
    });
  }

  it('received while the last dump ran, or after it, leaves the TIME-WAIT that the dump shows', () => {
    for (const startBootUs of [4_950, 4_000]) {
      const connection = only(
        batchesAfter([snapshot(1_000, []), destroyed({}), snapshot(startBootUs, [row('TIME-WAIT', waiting)])], false),
      );
      deepEqual([connection.state, connection.closedUs], ['TIME-WAIT', undefined]);
      const [step] = connection.steps;
      ok((step?.atUs ?? 0) >= connection.openedUs);
      equal(step?.notBeforeUs, 1_000 + OFFSET_US);
    }
  });

  it('do not end the TIME-WAIT that comes after them: its end is when it is no longer seen', () => {
    const connection = only(
      batchesAfter(
        [snapshot(1_000, []), destroyed({}), snapshot(9_000, [row('TIME-WAIT', waiting)]), snapshot(20_000, [])],
        false,
      ),
    );
    deepEqual(pathOf(connection), ['~UNCONN>TIME-WAIT', '~TIME-WAIT>UNCONN']);
    deepEqual([connection.closedNotBeforeUs, connection.closedUs], [9_000 + OFFSET_US, 20_100 + OFFSET_US]);
  });

  it('are not those of a TIME-WAIT that was there before the recording', () => {
    const connections = connectionsAfter(
      batchesAfter([snapshot(4_000, [row('TIME-WAIT', waiting)]), destroyed({})], false),
    );
    equal(connections.length, 2);
  });

  it('that the kernel dropped are a gap', () => {
    const batches = batchesAfter(
      [{ kind: 'destroyed-loss', netns: NETNS, fromBootUs: 2_000, bootUs: 5_000, offsetUs: OFFSET_US }],
      false,
    );
    const [fromUs, toUs] = [2_000 + OFFSET_US, 5_000 + OFFSET_US];
    deepEqual(gapsOf(batches), [
      { fromUs, toUs, cpu: undefined, lost: undefined, reason: 'overrun', scope: 'transitions' },
    ]);
  });

  it('of a socket that was disconnected before is ignored: it no longer has a four-tuple', () => {
    const batches = batchesAfter([snapshot(1_000, []), destroyed({ tuple: { ...CLIENT, remotePort: 0 } })], false);
    deepEqual(connectionsAfter(batches), []);
  });
});

describe('sockets in TIME-WAIT', () => {
  it('end with their namespace, and those of another do not', () => {
    const other = timeWait(7, 2).map((event) => ({ ...event, netns: NETNS + 7 }));
    const gone: CorrelatorInput = {
      kind: 'netns',
      netns: NETNS,
      present: false,
      bootUs: 4_000_000,
      offsetUs: OFFSET_US,
    };
    const tuple = { ...CLIENT, localPort: 7 };
    const times = { netns: NETNS, startBootUs: 3_000_000, endBootUs: 3_000_100, offsetUs: OFFSET_US };
    const shown = snapshotOf([row('TIME-WAIT', { tuple, cookie: 7, inode: 0 })], times);
    const batches = batchesAfter([drained(timeWait(7, 1)), drained(other), shown, gone]);
    deepEqual(
      connectionsAfter(batches).map(({ netns, state }) => [netns, state]),
      [
        [NETNS, 'UNCONN'],
        [NETNS + 7, 'TIME-WAIT'],
      ],
    );
  });
});

describe('a dump with many new rows', () => {
  it('is several batches, which together are what one would be', () => {
    const rows = Array.from({ length: 20_000 }, (_, index) =>
      row(index % 2 === 0 ? 'ESTAB' : 'TIME-WAIT', {
        tuple: { ...CLIENT, localPort: 1 + index },
        cookie: 1 + index,
        timer: { kind: index % 2 === 0 ? 'off' : 'timewait', expiresMs: 30_000, retransmits: 0 },
      }),
    );
    const inputs = [snapshot(6_000, rows), snapshot(9_000, rows.slice(0, 100))];
    const [whole, parted] = [0, 1].map(() => new Correlator({ firstId: 1, tracing: true }));
    const batches = inputs.flatMap((input) => [...(parted?.batches(input) ?? [])]);
    equal(batches.length, 5);
    const plain = (connections: readonly Connection[]) =>
      connections.map((each) => [each.id, each.state, each.openedUs, each.closedUs, each.closedNotBeforeUs]);
    const expected = connectionsAfter(inputs.flatMap((input) => whole?.accept(input) ?? []));
    deepEqual(plain(connectionsAfter(batches)), plain(expected));
    deepEqual(parted?.states(), whole?.states());
  });
});

describe('how far the history is complete', () => {
  const throughOf = (inputs: readonly CorrelatorInput[], tracing: boolean) =>
    batchesAfter(inputs, tracing).map(({ throughUs }) => (throughUs === 0 ? undefined : throughUs - OFFSET_US));

  it('is what the probe says: a snapshot is ahead of events that are on their way', () => {
    const inputs = [snapshot(500, []), drained([], 2_000), snapshot(4_000, []), drained([], 3_000)];
    deepEqual(throughOf(inputs, true), [undefined, 2_000, 2_000, 3_000, 3_000]);
  });

  it('is the beginning of the last snapshot, where there is no probe', () => {
    const netns: CorrelatorInput = { kind: 'netns', netns: NETNS, present: false, bootUs: 7_000, offsetUs: OFFSET_US };
    deepEqual(throughOf([snapshot(500, []), snapshot(4_000, []), netns], false), [500, 4_000, 4_000, 4_000]);
  });
});
