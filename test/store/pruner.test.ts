import { deepEqual, equal, ok } from 'node:assert/strict';
import type Database from 'better-sqlite3';
import fc from 'fast-check';
import type { Connection } from '../../src/model/connection.js';
import type { NameRecord } from '../../src/model/name.js';
import { timewaitsRecord } from '../../src/model/timewaits.js';
import { ClosedIndex } from '../../src/store/closed-index.js';
import { openForWriting } from '../../src/store/database.js';
import { memberBit, slotOf, stretchOf } from '../../src/store/lives-layout.js';
import { NameWriter } from '../../src/store/name-writer.js';
import { type Bounds, Pruner } from '../../src/store/pruner.js';
import { readPruned } from '../../src/store/prunings.js';
import { RunRecord } from '../../src/store/runs.js';
import { HistoryWriter } from '../../src/store/writer.js';
import { batchOf, boundOf, connectionOf, LAB_RUN, sampleOf, usAt, type Written } from '../lab/history.js';
import { newDatabases } from '../lab/new-databases.js';

/** Rows that a transaction may change: connections, as many that belong to them, and the row of prunings. */
const MOST_CHANGES = 2 * 2_000 + 2;
const NOW_S = 10_000;

type Span = readonly [openedS: number, lifeS: number | undefined];

const spans: fc.Arbitrary<Span[]> = fc.array(
  fc.tuple(
    // Many that are opened at about the same time are in one row of closed_life.
    fc.oneof(fc.double({ min: 0, max: NOW_S - 1, noNaN: true }), fc.double({ min: 0, max: 0.2, noNaN: true })),
    fc.option(
      fc.oneof(fc.double({ min: 0.000_01, max: 1, noNaN: true }), fc.double({ min: 0.01, max: 9_000, noNaN: true })),
      {
        nil: undefined,
      },
    ),
  ),
  { minLength: 1, maxLength: 60 },
);

/** By how much some end before the end that was foreseen, seconds. */
const EARLY_S = [undefined, 0, 20, 62];

function connectionsOf(all: readonly Span[]): Connection[] {
  return [...all]
    .sort(([a], [b]) => a - b)
    .map(([openedS, lifeS], index) => {
      const closedS = lifeS === undefined || openedS + lifeS > NOW_S ? undefined : openedS + lifeS;
      const earlyS = EARLY_S[index % EARLY_S.length];
      return connectionOf(
        index + 1,
        [[openedS, 'SYN-SENT'], ...(closedS === undefined ? [] : [[closedS, 'UNCONN'] as const])],
        closedS === undefined || earlyS === undefined ? {} : { writtenEndUs: usAt(closedS + earlyS) },
      );
    });
}

const nameOf = (name: string, address: string, toS: number | undefined): NameRecord => ({
  name,
  address,
  fromUs: usAt(0),
  toUs: toS === undefined ? undefined : usAt(toS),
  source: 'dns',
  netns: 1,
  ended: undefined,
});

/** Prunes to the end. Returns the number of rows that each transaction changed. */
function prune(database: Database.Database, bounds: Partial<Bounds>, nowS = NOW_S): number[] {
  const sizes: number[] = [];
  const changes = database.prepare('SELECT total_changes()').pluck();
  const transaction = database.transaction.bind(database);
  const counted = (body: () => void) =>
    transaction(() => {
      const before = Number(changes.get());
      body();
      sizes.push(Number(changes.get()) - before);
    });
  Object.assign(database, { transaction: counted });
  const pruner = new Pruner(database, { retainUs: undefined, maxBytes: undefined, sparePages: 0, ...bounds });
  while (!pruner.work(usAt(nowS), 1_000));
  Object.assign(database, { transaction });
  return sizes;
}

describe('pruning', () => {
  const newPath = newDatabases();

  function databaseOf(written: Written): Database.Database {
    const database = openForWriting(newPath());
    new HistoryWriter(database, 4).write(batchOf(written), usAt(0));
    // The entry of one that ended before the end that was foreseen stays as it is.
    const entry = database.prepare(
      'UPDATE closed_life SET to_us = max(to_us, ?) WHERE slot = ? AND stretch = ? AND (members & ?) = ?',
    );
    for (const { id, openedUs, closedUs, writtenEndUs } of written.connections ?? []) {
      if (closedUs === undefined || writtenEndUs === undefined) continue;
      const bit = memberBit(id);
      entry.run(writtenEndUs, slotOf(openedUs), stretchOf(id), bit, bit);
    }
    return database;
  }

  const idsOf = (database: Database.Database, sql = 'SELECT id FROM socket ORDER BY id') =>
    database.prepare(sql).pluck().all() as number[];

  it('by age deletes every connection that closed earlier, and nothing else', () => {
    fc.assert(
      fc.property(spans, fc.double({ min: 0, max: NOW_S, noNaN: true }), (all, retainS) => {
        const connections = connectionsOf(all);
        const database = databaseOf({ connections });
        prune(database, { retainUs: Math.round(retainS * 1e6) });
        const throughUs = usAt(NOW_S) - Math.round(retainS * 1e6);
        const stays = connections.filter(({ closedUs }) => closedUs === undefined || closedUs > throughUs);
        deepEqual(
          idsOf(database),
          stays.map(({ id }) => id),
        );
        const removed = connections.length - stays.length;
        deepEqual(readPruned(database), removed === 0 ? undefined : { throughUs, connections: removed });
        database.close();
      }),
      { numRuns: 30 },
    );
  });

  it('while recording keeps no connection beyond the bound for more than a quarter of its own life, and what its TIME-WAIT ended early', () => {
    fc.assert(
      fc.property(spans, fc.array(fc.integer({ min: 1, max: 2_000 }), { maxLength: 12 }), (all, strides) => {
        const connections = connectionsOf(all);
        const database = databaseOf({ connections });
        const pruner = new Pruner(database, { retainUs: 1e6, maxBytes: undefined, sparePages: 0, repeated: true });
        let nowS = 1;
        for (const stride of strides) {
          nowS = Math.min(NOW_S, nowS + stride);
          while (!pruner.work(usAt(nowS), 1_000));
          const left = new Set(idsOf(database));
          const throughUs = usAt(nowS) - 1e6;
          for (const { id, openedUs, closedUs = Number.POSITIVE_INFINITY, writtenEndUs = closedUs } of connections) {
            if (closedUs > throughUs) ok(left.has(id), `${id} was not due`);
            else if (left.has(id)) {
              const [lateUs, mostUs] = [throughUs - closedUs, (writtenEndUs - openedUs) / 4 + writtenEndUs - closedUs];
              ok(lateUs <= mostUs, `${id} is late by ${lateUs} us, not by ${mostUs} us at most`);
            }
          }
        }
        database.close();
      }),
      { numRuns: 20 },
    );
  });

  it('deletes all rows of a closed connection, and none of an open one', () => {
    const ofBoth = [1, 2];
    const database = databaseOf({
      connections: [
        connectionOf(1, [
          [1, 'SYN-SENT'],
          [50, 'UNCONN'],
        ]),
        connectionOf(2, [
          [2, 'SYN-SENT'],
          [3, 'ESTAB'],
        ]),
      ],
      owners: ofBoth.map((connectionId) => ({
        connectionId,
        pid: 7,
        fd: 5,
        comm: 'child',
        fromUs: usAt(4),
        toUs: usAt(5),
      })),
      samples: ofBoth.flatMap((id) => [sampleOf(id, usAt(4)), sampleOf(id, usAt(5))]),
      events: [
        ...ofBoth.map((connectionId) => ({ connectionId, atUs: usAt(4), kind: 'retransmit', detail: 'SYN' }) as const),
        { connectionId: undefined, atUs: usAt(4), kind: 'retransmit', detail: '' },
        { connectionId: undefined, atUs: usAt(200), kind: 'retransmit', detail: '' },
      ],
      snapshots: [1, 60, 200].flatMap((atS) =>
        [1, 2].map((netns) => ({ atUs: usAt(atS), netns, sockets: 1, tookUs: 9, complete: true })),
      ),
      threads: [40, 41].map((tid, index) => ({
        ...{ pid: 40, tid, comm: 'java', fromUs: usAt(1), ownFiles: false },
        ...(index === 0 ? { toUs: undefined, seenUs: undefined } : { toUs: usAt(5), seenUs: usAt(4) }),
      })),
      sockstat: [1, 60, 200].map((atS) => ({
        ...{ netns: 1, atUs: usAt(atS), used: atS, tcpAlloc: 0, tcpOrphan: 0 },
        ...{ udp: 0, udp6: 0, raw: 0, raw6: 0, frag: 0, frag6: 0 },
      })),
      bound: [undefined, usAt(5)].map((toUs, index) => boundOf(index + 1, { fromUs: usAt(1), toUs })),
      timewaits: [1, 200].map((atS) => timewaitsRecord(1, usAt(atS) - 120_000_000, 'cookie', [[atS, 2]])),
      gaps: [
        { fromUs: usAt(5), toUs: usAt(6) },
        { fromUs: usAt(99), toUs: usAt(201) },
      ],
    });
    new NameWriter(database).write([
      nameOf('gone.test', '10.0.0.9', 30),
      nameOf('of-an-open-peer.test', '10.0.0.2', 30),
      nameOf('later.test', '10.0.0.9', 150),
      nameOf('holds.test', '10.0.0.9', undefined),
    ]);
    prune(database, { retainUs: usAt(NOW_S) - usAt(100) });
    deepEqual(idsOf(database), [2]);
    deepEqual(idsOf(database, 'SELECT connection_id FROM owner'), [2]);
    deepEqual(idsOf(database, 'SELECT connection_id FROM samples'), [2, 2]);
    deepEqual(database.prepare('SELECT connection_id, at_us FROM events ORDER BY at_us').raw().all(), [
      [2, usAt(4)],
      [null, usAt(200)],
    ]);
    deepEqual(idsOf(database, 'SELECT DISTINCT at_us FROM snapshots'), [usAt(200)]);
    deepEqual(idsOf(database, 'SELECT from_us FROM gaps'), [usAt(99)]);
    deepEqual(idsOf(database, 'SELECT tid FROM threads'), [40]);
    deepEqual(idsOf(database, 'SELECT cookie FROM bound'), [1]);
    deepEqual(idsOf(database, 'SELECT at_us FROM timewaits'), [usAt(80)]);
    // The counts of 60 s still hold at 100 s.
    deepEqual(idsOf(database, 'SELECT used FROM sockstat ORDER BY used'), [60, 200]);
    deepEqual(idsOf(database, 'SELECT name FROM names ORDER BY name'), [
      'holds.test',
      'later.test',
      'of-an-open-peer.test',
    ]);
    deepEqual(database.prepare('SELECT at_us, through_us, connections, reason FROM prunings').all(), [
      { at_us: usAt(NOW_S), through_us: usAt(100), connections: 1, reason: 'retain' },
    ]);
    database.close();
  });

  it('works in small transactions, however many rows a connection has', () => {
    const connections = Array.from({ length: 9_000 }, (_, index) =>
      connectionOf(index + 1, [
        [index / 10, 'SYN-SENT'],
        [index / 10 + 1, 'UNCONN'],
      ]),
    );
    const samples = Array.from({ length: 20_000 }, (_, index) => sampleOf(1, usAt(0) + index));
    const events = Array.from(
      { length: 9_000 },
      (_, index) => ({ connectionId: 5, atUs: usAt(index), kind: 'retransmit', detail: '' }) as const,
    );
    const gaps = Array.from({ length: 5_000 }, (_, index) => ({ fromUs: usAt(index), toUs: usAt(index) }));
    const database = databaseOf({ connections, samples, events, gaps });
    const sizes = prune(database, { retainUs: 0 });
    equal(
      database
        .prepare('SELECT (SELECT count(*) FROM socket) + (SELECT count(*) FROM samples) + (SELECT count(*) FROM gaps)')
        .pluck()
        .get(),
      0,
    );
    ok(Math.max(...sizes) <= MOST_CHANGES, `a transaction changed ${Math.max(...sizes)} rows`);
    database.close();
  });

  describe('by size', () => {
    const crowd = (open: number) =>
      Array.from({ length: 8_000 }, (_, index) =>
        connectionOf(index + 1, [
          [index, 'SYN-SENT'],
          ...(index % 8_000 < open ? [] : [[index + 1 + (index % 7), 'UNCONN'] as const]),
        ]),
      );
    const bytesOf = (database: Database.Database) =>
      Number(database.pragma('page_count', { simple: true })) * Number(database.pragma('page_size', { simple: true }));

    it('deletes the oldest closed connections first until the rest fits, and shrinks the file', () => {
      const connections = crowd(10);
      const database = databaseOf({ connections });
      new ClosedIndex(database).complete();
      const maxBytes = Math.floor(bytesOf(database) / 2);
      const sizes = prune(database, { maxBytes });
      ok(bytesOf(database) <= maxBytes, `${bytesOf(database)} of ${maxBytes} bytes`);
      equal(database.pragma('freelist_count', { simple: true }), 0);
      ok(Math.max(...sizes) <= MOST_CHANGES, `a transaction changed ${Math.max(...sizes)} rows`);
      const left = new Set(idsOf(database));
      const pruned = readPruned(database);
      ok(pruned !== undefined);
      for (const { id, closedUs } of connections) {
        if (closedUs === undefined || closedUs > pruned.throughUs) ok(left.has(id), `${id} was not due`);
        else if (left.has(id)) {
          const lateUs = pruned.throughUs - closedUs;
          ok(lateUs <= (NOW_S * 1e6) / 100, `${id} is late by ${lateUs} us`);
        }
      }
      ok(left.size > connections.length * 0.4, `only ${left.size} are left`);
      equal(pruned.connections, connections.length - left.size);
      database.close();
    });

    it('keeps open connections, and reports if they alone are too large', () => {
      const database = databaseOf({ connections: crowd(500) });
      const pruner = new Pruner(database, { retainUs: undefined, maxBytes: 4_096, sparePages: 0 });
      while (!pruner.work(usAt(NOW_S), 1_000));
      equal(idsOf(database).length, 500);
      equal(pruner.cannotShrink, true);
      database.close();
    });

    it('keeps TIME-WAITs whose end the recording has not reached, by size and by age, and reports if they are too large', () => {
      const waiting = (id: number) =>
        connectionOf(
          id,
          [
            [10, 'SYN-SENT'],
            [11, 'ESTAB'],
            [20, 'TIME-WAIT'],
          ],
          { foreseenEnd: { closedUs: usAt(80), notBeforeUs: usAt(79) } },
        );
      const database = databaseOf({ connections: Array.from({ length: 500 }, (_, index) => waiting(index + 1)) });
      const run = new RunRecord(database, LAB_RUN);
      run.end(usAt(70), 'clean');
      const pruner = new Pruner(database, { retainUs: 1e6, maxBytes: 4_096, sparePages: 0 });
      while (!pruner.work(usAt(NOW_S), 1_000));
      equal(idsOf(database).length, 500);
      equal(pruner.cannotShrink, true);
      run.end(usAt(81), 'clean');
      while (!pruner.work(usAt(NOW_S), 1_000));
      equal(idsOf(database).length, 0);
      database.close();
    });

    it('can be combined with a bound by age: both apply', () => {
      const database = databaseOf({ connections: crowd(0) });
      const maxBytes = Math.floor(bytesOf(database) / 2);
      prune(database, { retainUs: 9_000e6, maxBytes });
      ok(bytesOf(database) <= maxBytes, `${bytesOf(database)} of ${maxBytes} bytes`);
      equal(idsOf(database, `SELECT count(*) FROM socket WHERE closed_us <= ${usAt(1_000)}`)[0], 0);
      deepEqual(idsOf(database, 'SELECT reason FROM prunings ORDER BY id'), ['retain', 'max-size']);
      database.close();
    });
  });
});
