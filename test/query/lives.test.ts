import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import fc from 'fast-check';
import { connectionsInOrder } from '../../src/query/connections-in-order.js';
import {
  CLOSED_CLASSES,
  CLOSED_LIVES,
  lifeRange,
  livesBetween,
  OPEN_LIVES,
  TAIL_LIVES,
} from '../../src/query/lives.js';
import { findings } from '../../src/query/verification.js';
import { ClosedIndex } from '../../src/store/closed-index.js';
import { openForReading, openForWriting } from '../../src/store/database.js';
import { LAST_CLASS } from '../../src/store/life-class.js';
import { CLOSED_SOCKETS } from '../../src/store/lives-layout.js';
import { HistoryWriter } from '../../src/store/writer.js';
import { batchOf, connectionOf, type Entered, usAt, writeHistory } from '../lab/history.js';
import { newDatabases } from '../lab/new-databases.js';
import { Stage } from '../lab/stage.js';

/** Seconds of opening and end; without an end, open. Lives of 1 us to 11 days. */
const LIVES: readonly (readonly [number, number | undefined])[] = [
  [0, undefined],
  [40, undefined],
  ...Array.from({ length: 20 }, (_, k) => [k * 3, k * 3 + 4 ** k / 1e6] as const),
  ...Array.from({ length: 20 }, (_, k) => [50 - k, 50 - k + (4 ** k - 1) / 1e6] as const),
];

const ascending = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b);

describe('the connections of a window, as SQL', () => {
  const stage = new Stage();
  let database: Database.Database;

  before(async () => {
    const path = join(await stage.directory(), 'history.db');
    const connections = LIVES.map(([opened, closed], index) => {
      const entered: Entered[] = [[opened, 'ESTAB']];
      return connectionOf(index + 1, closed === undefined ? entered : [...entered, [closed, 'UNCONN']]);
    });
    writeHistory(path, { connections });
    // Half of them stay in the tail.
    const writer = openForWriting(path);
    new ClosedIndex(writer, 20).completeNext();
    writer.close();
    database = openForReading(path);
  });
  after(async () => {
    database.close();
    await stage[Symbol.asyncDispose]();
  });

  function existed(fromUs: number, toUs: number, closedOnly: boolean): number[] {
    return LIVES.flatMap(([opened, closed], index) => {
      if (closed === undefined && closedOnly) return [];
      const isIn = usAt(opened) <= toUs && (closed === undefined || usAt(closed) >= fromUs);
      return isIn ? [index + 1] : [];
    });
  }

  const ids = (sql: string, params: object) => database.prepare(sql).pluck().all(params) as number[];
  const microseconds = fc.integer({ min: -5_000_000, max: 120_000_000 }).map((us) => usAt(0) + us);

  it('are those that existed at some time of it, each once, whatever their life class', () => {
    fc.assert(
      fc.property(microseconds, fc.nat(80_000_000), fc.boolean(), (fromUs, lengthUs, closedOnly) => {
        const toUs = fromUs + lengthUs;
        const found = ids(livesBetween({ select: 'id', where: '1', closedOnly }), { fromUs, toUs });
        deepEqual(ascending(found), existed(fromUs, toUs, closedOnly));
      }),
    );
  });

  it('are the same class by class, with one statement for all classes', () => {
    fc.assert(
      fc.property(microseconds, fc.nat(80_000_000), (fromUs, lengthUs) => {
        const toUs = fromUs + lengthUs;
        const closed = CLOSED_CLASSES.flatMap((lifeClass) =>
          ids(`SELECT id FROM ${CLOSED_SOCKETS} WHERE ${CLOSED_LIVES}`, lifeRange(lifeClass, fromUs, toUs)),
        );
        const open = ids(`SELECT id FROM socket WHERE ${OPEN_LIVES}`, { toUs });
        const tail = ids(`SELECT id FROM socket WHERE ${TAIL_LIVES}`, { fromUs, toUs });
        ok(tail.every((id) => id >= 20));
        deepEqual(ascending([...open, ...tail, ...closed]), existed(fromUs, toUs, false));
      }),
    );
  });

  it('include the ends of the window', () => {
    const [fromUs, toUs] = [usAt(40), usAt(40)];
    equal(ids(livesBetween({ select: 'id', where: 'id = 2' }), { fromUs, toUs }).length, 1);
    equal(ids(livesBetween({ select: 'id', where: 'id = 2' }), { fromUs: fromUs - 1, toUs: toUs - 1 }).length, 0);
  });

  it('keep a condition with OR together', () => {
    const window = { fromUs: usAt(0), toUs: usAt(1) };
    deepEqual(ids(livesBetween({ select: 'id', where: 'id = 1 OR id = 2' }), window), [1]);
  });

  it('are one range of the index for each class', () => {
    const plan = database
      .prepare(`EXPLAIN QUERY PLAN ${livesBetween({ select: 'socket.*', where: '1' })}`)
      .all({ fromUs: 1, toUs: 2 }) as { detail: string }[];
    const details = plan.map(({ detail }) => detail);
    const ranges = details.filter((detail) => detail.includes('closed_life'));
    equal(ranges.length, LAST_CLASS);
    for (const detail of ranges)
      match(detail, /^SEARCH closed_life USING PRIMARY KEY \(class=\? AND slot>\? AND slot<\?\)/);
    for (const detail of details.filter((each) => / socket\b/.test(each)))
      match(detail, /^SEARCH socket USING (INDEX socket_open|INTEGER PRIMARY KEY \(rowid>\?)/);
  });
});

describe('connections of which many are in one row of closed_life', () => {
  const newPath = newDatabases();
  /** Opened within half a second, closed after a microsecond to ten minutes; some are open. */
  const lives = fc.array(
    fc.tuple(
      fc.integer({ min: 0, max: 500_000 }),
      fc.option(fc.oneof(fc.integer({ min: 0, max: 2_000 }), fc.integer({ min: 0, max: 600_000_000 })), { nil: -1 }),
    ),
    { minLength: 1, maxLength: 300 },
  );
  const window = fc.tuple(fc.integer({ min: -1_000, max: 700_000 }), fc.nat(400_000));

  it('are found like others, in their order and in no order, also where the last ones are not covered', () => {
    fc.assert(
      fc.property(
        lives,
        fc.integer({ min: 1, max: 300 }),
        fc.array(window, { minLength: 4, maxLength: 4 }),
        (all, pass, windows) => {
          const connections = all
            .toSorted(([a], [b]) => a - b)
            .map(([openedUs, lifeUs], index) =>
              connectionOf(index + 1, [
                [openedUs / 1e6, 'ESTAB'],
                ...(lifeUs < 0 ? [] : [[(openedUs + lifeUs) / 1e6, 'UNCONN'] as const]),
              ]),
            );
          const database = openForWriting(newPath());
          new HistoryWriter(database, pass).write(batchOf({ connections }), usAt(0));
          const inOrder = (fromUs: number, toUs: number, newestFirst: boolean) =>
            [...connectionsInOrder(database, fromUs, toUs, { newestFirst })].map(({ id }) => id);
          for (const [fromUs, lengthUs] of windows.map(([from, length]) => [usAt(0) + from, length] as const)) {
            const toUs = fromUs + lengthUs;
            const expected = connections
              .filter(({ openedUs, closedUs = toUs }) => openedUs <= toUs && closedUs >= fromUs)
              .map(({ id }) => id);
            const found = database
              .prepare(livesBetween({ select: 'id', where: '1' }))
              .pluck()
              .all({ fromUs, toUs });
            deepEqual(ascending(found as number[]), expected);
            for (const newestFirst of [false, true]) {
              const ordered = inOrder(fromUs, toUs, newestFirst);
              deepEqual(ascending(ordered), expected);
              const openings = ordered.map((id) => connections[id - 1]?.openedUs ?? 0);
              deepEqual(openings, newestFirst ? ascending(openings).toReversed() : ascending(openings));
            }
          }
          deepEqual([...findings(database)], []);
          const covered = Number(database.prepare('SELECT count(*) FROM closed_port').pluck().get());
          ok(Number(database.prepare('SELECT count(*) FROM closed_life').pluck().get()) <= covered);
          database.close();
        },
      ),
      { numRuns: 60 },
    );
  });

  it('are read in pages also where very many were opened in one slot, as the first dump finds them', () => {
    const count = 5_000;
    const connections = Array.from({ length: count }, (_, index) =>
      connectionOf(index + 1, [
        [Math.floor(index / 7) / 1e6, 'ESTAB'],
        [60, 'UNCONN'],
      ]),
    );
    const path = newPath();
    const database = openForWriting(path);
    new HistoryWriter(database, 32).write(batchOf({ connections }), usAt(0));
    const other = openForWriting(path);
    const condition = { sql: 'id % 3 <> @third', params: { third: 2 } };
    const expected = connections.map(({ id }) => id).filter((id) => id % 3 !== 2);
    for (const newestFirst of [false, true]) {
      const read = connectionsInOrder(database, usAt(10), usAt(20), { newestFirst, condition });
      const found = [read.next().value?.id];
      // Pruned before it is read.
      const gone = newestFirst ? 1_401 : 3_601;
      other.transaction(() => {
        const ids = JSON.stringify([gone]);
        new ClosedIndex(other).remove(ids);
        other.prepare('DELETE FROM socket WHERE id = ?').run(gone);
      })();
      found.push(...[...read].map(({ id }) => id));
      expected.splice(expected.indexOf(gone), 1);
      deepEqual(found, newestFirst ? expected.toReversed() : expected);
    }
    database.close();
    other.close();
  });

  it('take a row for a dozen', () => {
    const database = openForWriting(newPath());
    const connections = Array.from({ length: 3_200 }, (_, index) =>
      connectionOf(index, [
        [index / 10_000, 'ESTAB'],
        [index / 10_000 + (index % 2 === 0 ? 0.001 : 60), 'UNCONN'],
      ]),
    );
    new HistoryWriter(database, 32).write(batchOf({ connections }), usAt(0));
    const rows = Number(database.prepare('SELECT count(*) FROM closed_life').pluck().get());
    ok(rows <= 3_200 / 12, `${rows} rows`);
    database.close();
  });
});
