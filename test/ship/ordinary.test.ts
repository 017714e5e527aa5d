/** SQLite and `isWhole` agree on which connections are sent one by one, and both count the others alike. */
import { deepEqual } from 'node:assert/strict';
import fc from 'fast-check';
import type { Connection } from '../../src/model/connection.js';
import type { TcpState } from '../../src/model/tcp-state.js';
import { CountedConnections } from '../../src/ship/counted-connections.js';
import { Outbox } from '../../src/ship/outbox.js';
import { isWhole, parseWhat } from '../../src/ship/what.js';
import { connectionOf, type Entered, usAt, writeHistory } from '../lab/history.js';
import { newDatabases } from '../lab/new-databases.js';

const STATES: readonly TcpState[] = [
  'SYN-SENT',
  'SYN-RECV',
  'ESTAB',
  'FIN-WAIT-1',
  'TIME-WAIT',
  'CLOSE-WAIT',
  'LISTEN',
];
const RUNS = Math.min(4_000, Number(process.env['SSTORY_RUNS'] ?? 60));
const REASONS = ['orderly', 'unknown', 'refused', 'timed out', undefined] as const;

/** Times around the limits: a second, ten seconds, the minute of a TIME-WAIT. */
const delay = fc.oneof(
  fc.constantFrom(0, 0.999_999, 1, 1.000_001, 9.5, 10, 10.000_001, 60),
  fc.double({ min: 0, max: 2, noNaN: true }),
);

const life = fc.record({
  stays: fc.array(fc.tuple(fc.constantFrom(...STATES), delay), { minLength: 0, maxLength: 5 }),
  closeReason: fc.constantFrom(...REASONS),
  retransmits: fc.constantFrom(0, 0, 0, 1),
  inferred: fc.boolean(),
  comm: fc.constantFrom(undefined, 'java'),
  origin: fc.constantFrom('connect', 'accept', 'before-recording'),
  bytesSent: fc.constantFrom(undefined, 7),
  remotePort: fc.constantFrom(80, 443),
});

function connectionsOf(lives: readonly (typeof life extends fc.Arbitrary<infer T> ? T : never)[]): Connection[] {
  return lives.map(({ stays, inferred, remotePort, ...more }, index) => {
    let atS = 30;
    const entered: Entered[] = [];
    for (const [state, lasted] of stays) {
      entered.push(inferred ? [atS, state, 'snapshot', atS - 0.5] : [atS, state]);
      atS += lasted;
    }
    entered.push(inferred ? [atS, 'UNCONN', 'snapshot', 'no bound'] : [atS, 'UNCONN']);
    const tuple = { family: 4, localAddr: '10.0.0.1', localPort: 40_000, remoteAddr: '10.0.0.2', remotePort } as const;
    return connectionOf(index + 1, entered, { ...more, tuple });
  });
}

describe('connections that SQLite counts', () => {
  const newPath = newDatabases();

  it('are those that are not sent one by one, with the same sums', () => {
    const property = fc.property(
      fc.array(life, { minLength: 1, maxLength: 40 }),
      fc.constantFrom('failures,slow', 'failures', 'slow'),
      (lives, text) => {
        const path = newPath();
        const connections = connectionsOf(lives);
        writeHistory(path, { connections, throughUs: usAt(400), endS: 400 });
        const outbox = new Outbox(path);
        try {
          const what = parseWhat(text);
          const plan = outbox.plan(0, { mostRows: 1_000, settledUs: Number.POSITIVE_INFINITY });
          if (plan === undefined) throw new Error('nothing is due');
          const [each, together] = [new CountedConnections(), new CountedConnections()];
          const whole: number[] = [];
          let read = 0;
          for (const { connection } of outbox.read(plan)) {
            read++;
            if (isWhole(connection, what)) whole.push(connection.id);
            else each.add(connection);
          }
          const others: number[] = [];
          let counted = 0;
          for (const values of outbox.ordinary(plan)) counted += together.addOrdinary(values);
          for (const { connection } of outbox.read(plan, 'others')) {
            counted++;
            if (isWhole(connection, what)) others.push(connection.id);
            else together.add(connection);
          }
          deepEqual([others, counted], [whole, read]);
          deepEqual(sorted(together), sorted(each));
        } finally {
          outbox.close();
        }
      },
    );
    fc.assert(property, { numRuns: RUNS });
  });
});

function sorted(counted: CountedConnections): string[] {
  return counted
    .all()
    .map((row) => JSON.stringify(row, Object.keys(row).sort()))
    .sort();
}
