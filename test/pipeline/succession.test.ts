/** Stories of test/pipeline/truth/ in which the record was untrue, each as short as it can be. */
import { deepEqual, equal } from 'node:assert/strict';
import { snapshotOf } from '../../src/model/snapshot-rows.js';
import type { SocketRow } from '../../src/model/socket-row.js';
import { lastKnownUs } from '../../src/pipeline/carry-over.js';
import { Correlator, type CorrelatorInput } from '../../src/pipeline/correlator.js';
import { CLIENT, connectionsAfter, drained, NETNS, OFFSET_US, pathOf, row, transition } from './stories.js';

const S = 1_000_000;
const TIMER = { kind: 'timewait', expiresMs: 40_000, retransmits: 0 } as const;
const WAITING = row('TIME-WAIT', { inode: 0, timer: TIMER });

function dump(atS: number, rows: SocketRow[]): CorrelatorInput {
  const times = { netns: NETNS, startBootUs: atS * S, endBootUs: atS * S + 100, offsetUs: OFFSET_US };
  return snapshotOf(rows, times);
}

function historyOf(inputs: readonly CorrelatorInput[], correlator = new Correlator({ firstId: 1, tracing: true })) {
  const batches = [...inputs.map((input) => correlator.accept(input)), correlator.finish()];
  const gaps = batches.flatMap((batch) => batch.gaps).map(({ reason, lost }) => [reason, lost]);
  return { connections: connectionsAfter(batches), gaps };
}

describe('a four-tuple', () => {
  it('has one holder: a socket that a dump finds ends an older one', () => {
    const request = row('SYN-RECV', { inode: 0, cookie: 78 });
    const { connections } = historyOf([dump(1, [WAITING]), dump(2, [request])]);
    deepEqual(
      connections.map(({ state, closedUs }) => [state, closedUs]),
      [
        ['UNCONN', 2 * S + 100 + OFFSET_US],
        ['NEW-SYN-RECV', undefined],
      ],
    );
  });

  it('may have two holders that are bound to interfaces, which no dump has shown yet', () => {
    const accepted = (atS: number, skaddr: number) => [
      transition(atS * S, 'LISTEN', 'SYN-RECV', { skaddr }),
      transition(atS * S + 10, 'SYN-RECV', 'ESTAB', { skaddr, onInterface: true }),
    ];
    const { connections, gaps } = historyOf([drained([...accepted(1, 1), ...accepted(2, 2)])]);
    deepEqual([connections.map(({ state }) => state), gaps], [['ESTAB', 'ESTAB'], []]);
  });

  it('is left to the next dump where its TIME-WAIT is bound to an interface', () => {
    const closed = [
      transition(1 * S, 'UNCONN', 'SYN-SENT', { onInterface: true }),
      transition(2 * S, 'SYN-SENT', 'FIN-WAIT-2'),
      transition(3 * S, 'FIN-WAIT-2', 'UNCONN', { done: true }),
    ];
    const other = [transition(4 * S, 'UNCONN', 'SYN-SENT', { skaddr: 2, onInterface: true })];
    const beforeDump = [drained(closed), drained(other)];
    const states = (inputs: readonly CorrelatorInput[]) => historyOf(inputs).connections.map(({ state }) => state);
    deepEqual(states(beforeDump), ['TIME-WAIT', 'SYN-SENT']);
    const [old] = historyOf([...beforeDump, dump(5, [row('SYN-SENT', { cookie: 78 })])]).connections;
    deepEqual([old?.closedNotBeforeUs, old?.closedUs], [3 * S + OFFSET_US, 5 * S + 100 + OFFSET_US]);
  });

  it('is not ended later than it is used again, though the clocks are read with an error', () => {
    const closing = [transition(1 * S, 'UNCONN', 'SYN-SENT'), transition(2 * S, 'SYN-SENT', 'FIN-WAIT-2')];
    const first = drained([...closing, transition(3 * S, 'FIN-WAIT-2', 'UNCONN', { done: true })]);
    const again = { ...drained([transition(9 * S, 'UNCONN', 'SYN-SENT', { skaddr: 2 })]), offsetUs: OFFSET_US - 1.5 };
    const [old, fresh] = historyOf([first, again, drained([], 10 * S)]).connections;
    equal(old?.closedUs, fresh?.openedUs);
  });
});

describe('an event whose socket was used again', () => {
  const loss = { fromBootUs: 1 * S, toBootUs: 3 * S, cpu: 0, lost: 2, reason: 'overrun' } as const;
  const opened = [transition(1 * S, 'UNCONN', 'SYN-SENT'), transition(1.1 * S, 'SYN-SENT', 'ESTAB')];

  it('with other ports is about another connection', () => {
    const tuple = { ...CLIENT, localPort: 40_001 };
    const other = drained([transition(3 * S, 'ESTAB', 'FIN-WAIT-1', { tuple })], 3 * S, [loss]);
    const { connections, gaps } = historyOf([drained(opened), other]);
    deepEqual(connections.map(pathOf), [
      ['UNCONN>SYN-SENT', 'SYN-SENT>ESTAB'],
      ['~UNCONN>ESTAB', 'ESTAB>FIN-WAIT-1'],
    ]);
    deepEqual(gaps, [['overrun', 2]]);
  });

  it('from a state that cannot follow is about another connection', () => {
    const other = drained([transition(3 * S, 'SYN-SENT', 'ESTAB')], 3 * S, [loss]);
    deepEqual(historyOf([drained(opened), other]).connections.map(pathOf), [
      ['UNCONN>SYN-SENT', 'SYN-SENT>ESTAB', '~ESTAB>UNCONN'],
      ['~UNCONN>SYN-SENT', 'SYN-SENT>ESTAB'],
    ]);
  });
});

describe('a hole whose number is reported after it was noticed', () => {
  it('is one gap, with its number', () => {
    const events = [1, 2, 3].map((port) =>
      transition(5 * S, 'ESTAB', 'CLOSE-WAIT', { skaddr: port, tuple: { ...CLIENT, localPort: port } }),
    );
    const openings = [1, 2, 3].map((port) =>
      transition(1 * S, 'UNCONN', 'SYN-SENT', { skaddr: port, tuple: { ...CLIENT, localPort: port } }),
    );
    const loss = { fromBootUs: 4 * S, toBootUs: 5.5 * S, cpu: undefined, lost: 3, reason: 'continuity' } as const;
    const { gaps } = historyOf([drained(openings), drained(events), drained([], 5.5 * S, [loss]), drained([], 20 * S)]);
    deepEqual(gaps, [['continuity', 3]]);
  });

  it('is one gap without a number, where none comes', () => {
    const both = (state: 'UNCONN' | 'ESTAB', next: 'SYN-SENT' | 'CLOSE-WAIT', atS: number) =>
      [1, 2].map((port) => transition(atS * S, state, next, { skaddr: port, tuple: { ...CLIENT, localPort: port } }));
    const { gaps } = historyOf([drained(both('UNCONN', 'SYN-SENT', 1)), drained(both('ESTAB', 'CLOSE-WAIT', 5))]);
    deepEqual(gaps, [['continuity', undefined]]);
  });
});

describe('a hole whose number may still come', () => {
  it('is reported as open until its number has come: a recorder that is killed leaves it', () => {
    const correlator = new Correlator({ firstId: 1, tracing: true });
    const openAfter = (input: CorrelatorInput) =>
      correlator
        .accept(input)
        .openGaps?.map(({ fromUs, toUs, reason, lost }) => [
          (fromUs - OFFSET_US) / S,
          (toUs - OFFSET_US) / S,
          reason,
          lost,
        ]);
    equal(openAfter(drained([transition(1 * S, 'UNCONN', 'SYN-SENT')])), undefined);
    deepEqual(openAfter(drained([transition(5 * S, 'ESTAB', 'CLOSE-WAIT')])), [[1, 5, 'continuity', undefined]]);
    equal(openAfter(drained([], 5.1 * S)), undefined);
    const loss = { fromBootUs: 4 * S, toBootUs: 5.2 * S, cpu: undefined, lost: 3, reason: 'continuity' } as const;
    deepEqual(openAfter(drained([], 5.3 * S, [loss])), []);
    equal(openAfter(drained([], 20 * S)), undefined);
  });
});

describe('a connection of the run before', () => {
  const killed = historyOf([
    drained([transition(1 * S, 'LISTEN', 'SYN-RECV'), transition(1.1 * S, 'SYN-RECV', 'ESTAB')]),
  ]);
  const [connection] = killed.connections;

  it('that no dump had a cookie for is the same in the next run', () => {
    if (connection === undefined) throw new Error('no connection');
    const carriedOver = [{ connection, evidenceUs: 2 * S + OFFSET_US, sameBoot: true }];
    const next = new Correlator({ firstId: 2, tracing: true, carriedOver });
    const { connections } = historyOf([dump(5, [row('ESTAB', { inode: 0 })])], next);
    deepEqual(
      connections.map(({ id, closedUs }) => [id, closedUs]),
      [[1, undefined]],
    );
  });

  it('was last known when the last run that followed it ended', () => {
    if (connection === undefined) throw new Error('no connection');
    const own = { startedUs: 1, endUs: 3 * S + OFFSET_US, traced: true, dumpsUs: new Map(), gaps: [] };
    const later = { ...own, startedUs: 5 * S + OFFSET_US, endUs: 6 * S + OFFSET_US };
    equal(lastKnownUs(connection, [later, own]), 3 * S + OFFSET_US);
    const gaps = [{ fromUs: 2 * S + OFFSET_US, toUs: 2.5 * S + OFFSET_US }];
    equal(lastKnownUs(connection, [later, { ...own, gaps }]), 2 * S + OFFSET_US);
  });
});

describe('a socket that only its destroy notification shows', () => {
  it('has a path', () => {
    const destroyed: CorrelatorInput = {
      kind: 'destroyed',
      netns: NETNS,
      bootUs: 5 * S,
      offsetUs: OFFSET_US,
      row: row('UNCONN', { cookie: 90 }),
    };
    const { connections } = historyOf(
      [dump(1, []), destroyed, dump(9, [])],
      new Correlator({ firstId: 1, tracing: false }),
    );
    deepEqual(connections.map(pathOf), [['~UNCONN>UNCONN']]);
  });
});
