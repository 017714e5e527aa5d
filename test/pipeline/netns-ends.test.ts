/** How sockets end with their network namespace, and outlive its processes. */
import { deepEqual } from 'node:assert/strict';
import type { NetnsChange, NetnsRound } from '../../src/model/snapshot.js';
import { snapshotOf } from '../../src/model/snapshot-rows.js';
import { Correlator, type CorrelatorInput } from '../../src/pipeline/correlator.js';
import { CLIENT, connectionsAfter, drained, NETNS, OFFSET_US, row, timeWait, transition } from './stories.js';

const S = 1_000_000;

const gone = (atS: number): NetnsChange => ({
  ...{ kind: 'netns', netns: NETNS, present: false, bootUs: atS * S, offsetUs: OFFSET_US },
});
const round = (atS: number, ...found: number[]): NetnsRound => ({
  ...{ kind: 'netns-round', bootUs: atS * S, offsetUs: OFFSET_US, found: new Set(found), unsure: new Set() },
});
const dump = (atS: number, waiting: readonly number[] = []) =>
  snapshotOf(
    waiting.map((localPort) => row('TIME-WAIT', { tuple: { ...CLIENT, localPort }, cookie: localPort })),
    { netns: NETNS, startBootUs: atS * S, endBootUs: atS * S + 100, offsetUs: OFFSET_US },
  );
const opens = (port: number, atS: number) =>
  transition(atS * S, 'UNCONN', 'SYN-SENT', { skaddr: port, tuple: { ...CLIENT, localPort: port } });

/** State and time of the end of each connection, seconds. */
function endsAfter(inputs: readonly CorrelatorInput[]) {
  const correlator = new Correlator({ firstId: 1, tracing: true });
  const batches = [...inputs.map((input) => correlator.accept(input)), correlator.finish()];
  const ends = connectionsAfter(batches).map(({ state, closedUs }) => [
    state,
    closedUs === undefined ? undefined : (closedUs - OFFSET_US) / S,
  ]);
  return { ends, missing: correlator.missingNetns };
}

describe('a network namespace that has ended', () => {
  it('ends its TIME-WAITs', () => {
    const { ends } = endsAfter([drained(timeWait(40_000, 1), 2 * S), dump(3, [40_000]), gone(4)]);
    deepEqual(ends, [['UNCONN', 4]]);
  });

  it('ends those that began after its last dump where no namespace with the number is found: they may be of the next one', () => {
    const before = [dump(1), drained(timeWait(40_000, 2), 3 * S), gone(4)];
    deepEqual(endsAfter([...before, round(4, 1)]).ends, [['TIME-WAIT', undefined]]);
    deepEqual(endsAfter([...before, round(4, 1), round(5, 1)]).ends, [['UNCONN', 5]]);
    deepEqual(endsAfter([...before, round(4, 1), round(5, 1, NETNS)]).ends, [['TIME-WAIT', undefined]]);
  });

  it('does not end the sockets of the next one with its inode number', () => {
    const next = [...timeWait(40_000, 2), opens(40_001, 3)];
    const { ends } = endsAfter([dump(1), drained(next, 4 * S), gone(5)]);
    deepEqual(ends, [
      ['TIME-WAIT', undefined],
      ['SYN-SENT', undefined],
    ]);
  });

  it('ends a full socket that it was known to have, whose end was lost', () => {
    const { ends } = endsAfter([drained([opens(40_000, 1)], 2 * S), dump(2.5), gone(5)]);
    deepEqual(
      ends.map(([state]) => state),
      ['UNCONN'],
    );
  });
});

describe('a network namespace that rounds of snapshots do not find', () => {
  it('has ended with the second of them, if only TIME-WAITs are in it', () => {
    const waits = drained(timeWait(40_000, 2), 3 * S);
    deepEqual(endsAfter([waits, round(4, 1)]).ends, [['TIME-WAIT', undefined]]);
    deepEqual(endsAfter([waits, round(4, 1), round(5, 1)]).ends, [['UNCONN', 5]]);
    deepEqual(endsAfter([waits, round(4, 1), round(5, 1, NETNS)]).ends, [['TIME-WAIT', undefined]]);
  });

  it('has not where a socket was opened since it was looked for, which may be of the next one with its inode number', () => {
    const first = [
      drained(timeWait(40_000, 2), 3 * S),
      round(4, 1),
      drained(timeWait(40_001, 4.5), 5 * S),
      round(6, 1),
    ];
    deepEqual(
      endsAfter(first).ends.map(([state]) => state),
      ['TIME-WAIT', 'TIME-WAIT'],
    );
    deepEqual(
      endsAfter([...first, round(7, 1)]).ends.map(([state]) => state),
      ['UNCONN', 'UNCONN'],
    );
  });

  it('has not while it was not looked for everywhere', () => {
    const unsure = { ...round(5, 1), unsure: new Set([NETNS]) };
    const { ends, missing } = endsAfter([drained(timeWait(40_000, 2), 3 * S), round(4, 1), unsure]);
    deepEqual(ends, [['TIME-WAIT', undefined]]);
    deepEqual(missing, [{ netns: NETNS, holders: [], newestBootUs: 2 * S - 300 }]);
  });

  it('is looked for through the processes that hold sockets in it, which stay open', () => {
    const task = { pid: 7, tid: 8, comm: 'java' };
    const held = { ...opens(40_000, 1), task, fd: 3 };
    const { ends, missing } = endsAfter([drained([held], 2 * S), round(3, 1), round(4, 1), round(5, 1)]);
    deepEqual(ends, [['SYN-SENT', undefined]]);
    deepEqual(missing, [{ netns: NETNS, holders: [{ pid: 7, tid: 8, fd: 3 }], newestBootUs: S }]);
  });
});
