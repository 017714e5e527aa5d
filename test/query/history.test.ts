import { deepEqual, equal } from 'node:assert/strict';
import type Database from 'better-sqlite3';
import fc from 'fast-check';
import type { Connection } from '../../src/model/connection.js';
import { type HistoryBatch, NO_CHANGES } from '../../src/model/history-batch.js';
import type { Step } from '../../src/model/step.js';
import { Follower } from '../../src/query/follow.js';
import { lastEntries, logBackwards } from '../../src/query/log-backwards.js';
import { socketsAt } from '../../src/query/point-in-time.js';
import { type LogEntry, logBetween } from '../../src/query/transition-log.js';
import { HistoryWriter } from '../../src/store/writer.js';
import { connectionOf, batchOf as labBatch, usAt } from '../lab/history.js';
import { databaseInMemory } from '../lab/memory-database.js';

const BASE_US = 1_795_000_000_000_000;

function emptyDatabase(): Database.Database {
  const database = databaseInMemory();
  return database;
}

/** A connection that opens, is established, and ends; or is still open. */
const connection: fc.Arbitrary<Omit<Connection, 'id'>> = fc
  .record({
    openedUs: fc.integer({ min: 0, max: 400_000_000 }),
    handshakeUs: fc.integer({ min: 1, max: 3_000_000 }),
    lifeUs: fc.option(
      fc.oneof(fc.integer({ min: 3_000_001, max: 10_000_000 }), fc.integer({ min: 3_000_001, max: 300_000_000 })),
    ),
    port: fc.integer({ min: 1, max: 65_535 }),
  })
  .map(({ openedUs, handshakeUs, lifeUs, port }) => {
    const at = BASE_US + openedUs;
    const step = (atUs: number, oldState: Step['oldState'], newState: Step['newState']): Step => ({
      atUs,
      notBeforeUs: undefined,
      oldState,
      newState,
      source: 'probe',
    });
    const steps = [step(at, 'UNCONN', 'SYN-SENT'), step(at + handshakeUs, 'SYN-SENT', 'ESTAB')];
    if (lifeUs !== null) steps.push(step(at + lifeUs, 'ESTAB', 'UNCONN'));
    return {
      netns: 1,
      tuple: { family: 4, localAddr: '127.0.0.1', localPort: port, remoteAddr: '127.0.0.1', remotePort: 9_200 },
      state: lifeUs === null ? 'ESTAB' : 'UNCONN',
      openedUs: at,
      openedNotBeforeUs: undefined,
      openedSource: 'probe',
      closedUs: lifeUs === null ? undefined : at + lifeUs,
      closedNotBeforeUs: undefined,
      closedSource: lifeUs === null ? undefined : 'probe',
      origin: 'connect',
      closeReason: lifeUs === null ? undefined : 'orderly',
      pid: 10,
      tid: 10,
      comm: 'java',
      fd: 3,
      uid: 0,
      inode: 5,
      cookie: undefined,
      cgroup: undefined,
      bytesSent: 1,
      bytesReceived: 1,
      retransmits: 0,
      rttUs: undefined,
      steps,
    } as const;
  });

const history = fc
  .array(connection, { maxLength: 40 })
  .map((connections) => connections.map((each, index): Connection => ({ ...each, id: index + 1 })));

function batchOf(connections: readonly Connection[]): HistoryBatch {
  return {
    ...NO_CHANGES,
    // Copies: the writer notes in them by which batch their ends were numbered.
    connections: connections.map((each) => ({ connection: { ...each }, isNew: true, firstNewStep: 0 })),
    throughUs: BASE_US,
  };
}

function stored(connections: readonly Connection[]): Database.Database {
  const database = emptyDatabase();
  new HistoryWriter(database).write(batchOf(connections), BASE_US);
  return database;
}

/** The truth by brute force. */
function stateAt(each: Connection, atUs: number): string | undefined {
  const step = each.steps.filter((candidate) => candidate.atUs <= atUs).at(-1);
  return step === undefined || step.newState === 'UNCONN' ? undefined : `${each.id} ${step.newState}`;
}

const textsOf = (entries: Iterable<LogEntry>) =>
  [...entries].map((entry) =>
    entry.kind === 'gap' ? 'gap' : `${entry.atUs} ${entry.connection.id} ${entry.step.newState}`,
  );

describe('the history in a database', () => {
  it('gives the sockets of any instant, whatever their lifetimes', () => {
    fc.assert(
      fc.property(history, fc.integer({ min: -10, max: 800_000_000 }), (connections, offsetUs) => {
        const atUs = BASE_US + offsetUs;
        const database = stored(connections);
        const expected = connections.map((each) => stateAt(each, atUs)).filter((text) => text !== undefined);
        deepEqual(
          socketsAt(database, atUs).map((socket) => `${socket.connection.id} ${socket.state}`),
          expected,
        );
        database.close();
      }),
    );
  });

  it('gives back every connection as it was written', () => {
    fc.assert(
      fc.property(history, (connections) => {
        const database = stored(connections);
        for (const each of connections) {
          const atUs = each.steps[0]?.atUs ?? 0;
          deepEqual(socketsAt(database, atUs).find((socket) => socket.connection.id === each.id)?.connection, each);
        }
        database.close();
      }),
      { numRuns: 20 },
    );
  });

  it('logs the gaps that touch the window, those that began before it first', () => {
    const database = emptyDatabase();
    const connections = [10, 20, 30].map((atS, index) => connectionOf(index + 1, [[atS, 'SYN-SENT']]));
    const gaps = [
      [1, 2],
      [3, 12],
      [14, 25],
    ].map(([fromS = 0, toS = 0]) => ({ fromUs: usAt(fromS), toUs: usAt(toS) }));
    new HistoryWriter(database).write(labBatch({ connections, gaps }), BASE_US);
    const shown = (entries: Iterable<LogEntry>) =>
      [...entries].map((entry) =>
        entry.kind === 'gap' ? `gap ${(entry.gap.fromUs - BASE_US) / 1e6}` : `${(entry.atUs - BASE_US) / 1e6}`,
      );
    const [fromUs, toUs] = [usAt(11), usAt(40)];
    const expected = ['gap 3', 'gap 14', '20', '30'];
    deepEqual(shown(logBetween(database, fromUs, toUs)), expected);
    deepEqual(shown(logBackwards(database, fromUs, toUs)), expected.toReversed());
    deepEqual(shown(lastEntries(database, BASE_US, toUs, 2)), ['gap 14', '20', '30'], 'around the first of the last');
    deepEqual(shown(lastEntries(database, BASE_US, toUs, 1)), ['30']);
    database.close();
  });

  it('logs every transition once, in order, however the time is sliced', () => {
    fc.assert(
      fc.property(history, fc.integer({ min: 0, max: 30 }), (connections, count) => {
        const database = stored(connections);
        const all = connections
          .flatMap((each) => each.steps.map((step) => [step.atUs, each.id, step.newState] as const))
          .sort((a, b) => a[0] - b[0])
          .map((parts) => parts.join(' '));
        const toUs = BASE_US + 900_000_000;
        deepEqual(textsOf(logBetween(database, BASE_US, toUs)).toSorted(), all.toSorted());
        const times = [...logBetween(database, BASE_US, toUs)].map((entry) => entry.atUs);
        deepEqual(
          times,
          times.toSorted((a, b) => a - b),
        );
        equal(lastEntries(database, BASE_US, toUs, count).length, Math.min(count, all.length));
        const backwards = [...logBackwards(database, BASE_US, toUs)];
        deepEqual(textsOf(backwards).toSorted(), all.toSorted());
        deepEqual(backwards.map((entry) => entry.atUs).toReversed(), times);
        database.close();
      }),
    );
  });
});

describe('following a recorder', () => {
  it('reports every new step once', () => {
    const [first] = fc.sample(connection, { numRuns: 1, seed: 7 });
    if (first === undefined) throw new Error('no sample');
    const database = emptyDatabase();
    const writer = new HistoryWriter(database);
    const open: Connection = { ...first, id: 1, closedUs: undefined, steps: first.steps.slice(0, 1) };
    const more: Connection = { ...open, steps: first.steps.slice(0, 2) };
    const follower = new Follower(database, { everyPoll: true });
    writer.write(batchOf([open]), BASE_US);
    deepEqual(textsOf(follower.poll().entries).length, 1);
    writer.write({ ...batchOf([]), connections: [{ connection: more, isNew: false, firstNewStep: 1 }] }, BASE_US + 1);
    deepEqual(
      textsOf(follower.poll().entries).map((text) => text.split(' ').at(-1)),
      ['ESTAB'],
    );
    deepEqual(follower.poll().entries, []);
  });
});
