import { deepEqual, equal } from 'node:assert/strict';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Connection } from '../../src/model/connection.js';
import { shownState, type TcpState } from '../../src/model/tcp-state.js';
import type { HistoryFilter } from '../../src/query/history-filter.js';
import { type Instants, instantAt, instantsIn, roundStep } from '../../src/query/instants.js';
import { socketsAt } from '../../src/query/point-in-time.js';
import { socketCounts } from '../../src/query/socket-counts.js';
import { openForReading } from '../../src/store/database.js';
import { connectionOf, dumpOf, type Entered, usAt, writeHistory } from '../lab/history.js';
import { Stage } from '../lab/stage.js';

/** Openings, lengths and instants are drawn from few whole seconds, so that many coincide. */
const LATEST_S = 60;

const life = fc.record({
  openedS: fc.integer({ min: 0, max: LATEST_S }),
  synSentS: fc.integer({ min: 0, max: 3 }),
  estabS: fc.oneof(fc.integer({ min: 0, max: 20 }), fc.constant(undefined)),
  /** How much earlier the end may have been; undefined: it was observed. */
  inferredS: fc.oneof(fc.integer({ min: 0, max: 20 }), fc.constant(undefined)),
  netns: fc.integer({ min: 1, max: 3 }),
});
type Life = typeof life extends fc.Arbitrary<infer Of> ? Of : never;

function connectionsOf(lives: readonly Life[]) {
  return lives.map(({ openedS, synSentS, estabS, inferredS, netns }, index): Connection => {
    const estabAtS = openedS + synSentS;
    const estab: Entered[] = [
      [openedS, 'SYN-SENT'],
      [estabAtS, 'ESTAB'],
    ];
    const endS = estabAtS + (estabS ?? 0);
    const end: Entered =
      inferredS === undefined ? [endS, 'UNCONN'] : [endS, 'UNCONN', 'snapshot', Math.max(estabAtS, endS - inferredS)];
    return connectionOf(index + 1, estabS === undefined ? estab : [...estab, end], { netns });
  });
}

/** Gaps after which a namespace has no dump: 1 has one after the first, 2 after both, 3 none, and 1 had been left for a while. */
const EVIDENCE = {
  gaps: [
    { fromUs: usAt(18), toUs: usAt(20) },
    { fromUs: usAt(38), toUs: usAt(40) },
  ],
  snapshots: [dumpOf(1, 25), dumpOf(2, 45)],
  namespaces: [
    { netns: 1, fromUs: usAt(0), toUs: usAt(5), netCookie: 1, name: undefined },
    { netns: 1, fromUs: usAt(12), toUs: undefined, netCookie: 2, name: undefined },
    { netns: 2, fromUs: usAt(0), toUs: usAt(55), netCookie: 3, name: undefined },
  ],
};

describe('the number of sockets over time', () => {
  const stage = new Stage();
  let directory: string;
  let made = 0;

  before(async () => {
    directory = await stage.directory();
  });
  after(() => stage[Symbol.asyncDispose]());

  it('is the number that was there at each instant, and of the uncertain ones', () => {
    fc.assert(fc.property(fc.array(life, { minLength: 10, maxLength: 60 }), agrees), { numRuns: 8 });
  });

  function agrees(lives: Parameters<typeof connectionsOf>[0]): void {
    const path = join(directory, `${++made}.db`);
    writeHistory(path, { connections: connectionsOf(lives), ...EVIDENCE });
    const database = openForReading(path);
    for (const state of [undefined, 'ESTAB', 'SYN-SENT'] as const) {
      const states: ReadonlySet<TcpState> | undefined = state && new Set([state]);
      for (const stepS of [1, 3, 8, 25]) {
        const instants: Instants = { firstUs: usAt(stepS), stepUs: stepS * 1e6, count: Math.floor(80 / stepS) };
        const filter: HistoryFilter | undefined = states && { condition: { sql: '1', params: {} }, states };
        const { states: counts, uncertain } = socketCounts(database, instants, filter);
        for (let index = 0; index < instants.count; index++) {
          const expected = new Map<string, number>();
          const sockets = socketsAt(database, instantAt(instants, index), states && { states });
          equal(uncertain[index], sockets.filter((socket) => socket.uncertain).length, `uncertain at ${index}`);
          for (const socket of sockets) {
            const name = shownState(socket.state);
            expected.set(name, (expected.get(name) ?? 0) + 1);
          }
          const counted = [...counts].map(([name, numbers]) => [name, numbers[index] ?? 0] as const);
          deepEqual(new Map(counted.filter(([, number]) => number > 0)), expected);
        }
      }
    }
    database.close();
  }
});

describe('instants of a window', () => {
  const hour = 3_600e6;

  it('are at round times of the clock', () => {
    const window = { fromUs: 10 * hour + 7e6, toUs: 11 * hour };
    deepEqual(instantsIn(window, 600e6, 0), { firstUs: 10 * hour + 600e6, stepUs: 600e6, count: 6 });
    deepEqual(instantsIn(window, hour, 1_800e6), { firstUs: 10.5 * hour, stepUs: hour, count: 1 });
  });

  it('are its end where no round time lies in it', () => {
    deepEqual(instantsIn({ fromUs: 1e6, toUs: 2e6 }, hour, 0), { firstUs: 2e6, stepUs: hour, count: 1 });
  });

  it('are as many as asked for at most, at round distances', () => {
    const stepOf = (us: number) => roundStep({ fromUs: 0, toUs: us }, 50);
    deepEqual([stepOf(0), stepOf(50e6), stepOf(51e6), stepOf(hour)], [1, 1e6, 2e6, 120e6]);
    deepEqual(stepOf(400 * 24 * hour), 14 * 24 * hour);
  });
});
