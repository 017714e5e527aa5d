import { deepEqual, equal, throws } from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import type { Connection } from '../../src/model/connection.js';
import { type ChangedConnection, NO_CHANGES } from '../../src/model/history-batch.js';
import { CLOSING_COLUMNS, Closings, type ClosingValues, closingOf } from '../../src/store/closings.js';
import { openForWriting } from '../../src/store/database.js';
import { reopenUnreached } from '../../src/store/foreseen.js';
import { Pruner } from '../../src/store/pruner.js';
import { RunRecord } from '../../src/store/runs.js';
import { keptSeq, readShipMarks } from '../../src/store/ship-marks.js';
import { HistoryWriter } from '../../src/store/writer.js';
import { collectGarbage } from '../lab/garbage.js';
import { connectionOf, type Entered, LAB_RUN, usAt } from '../lab/history.js';
import { newDatabases } from '../lab/new-databases.js';

const closingsOf = (database: Database.Database) =>
  (database.prepare(`SELECT ${CLOSING_COLUMNS} FROM closings ORDER BY seq`).raw().all() as ClosingValues[]).map(
    closingOf,
  );

const fresh = (id: number, entered: readonly Entered[], more: Partial<Connection> = {}): ChangedConnection => ({
  connection: connectionOf(id, entered, more),
  isNew: true,
  firstNewStep: 0,
});

const OPEN: Entered = [0, 'ESTAB'];

describe('the order in which connections end', () => {
  const newPath = newDatabases();
  let database: Database.Database;
  let writer: HistoryWriter;
  let run: RunRecord;
  let path: string;
  beforeEach(() => {
    path = newPath();
    database = openForWriting(path);
    run = new RunRecord(database, LAB_RUN);
    writer = new HistoryWriter(database);
  });
  afterEach(() => database.close());

  const write = (atS: number, connections: readonly ChangedConnection[]) => {
    writer.write({ ...NO_CHANGES, connections, throughUs: usAt(atS) }, usAt(atS) + 5);
    run.beat(usAt(atS));
  };
  const ended = (id: number, atS: number): ChangedConnection => ({
    connection: connectionOf(id, [OPEN, [atS, 'UNCONN']]),
    isNew: false,
    firstNewStep: 1,
  });

  it('numbers one once that ended while the batch that has its opening waited to be written', () => {
    // The recorder goes on with the connection of a batch that waits.
    const { connection } = fresh(1, [OPEN, [2, 'UNCONN']]);
    write(1, [{ connection, isNew: true, firstNewStep: 0 }]);
    write(2, [{ connection, isNew: false, firstNewStep: 1 }, fresh(2, [OPEN, [2, 'UNCONN']])]);
    deepEqual(
      closingsOf(database).map(({ seq, ids }) => [seq, ids]),
      [
        [1, [1]],
        [2, [2]],
      ],
    );
  });

  it('numbers the same again where its transaction failed', () => {
    const batch = { ...NO_CHANGES, connections: [fresh(1, [OPEN, [1, 'UNCONN']])], throughUs: usAt(1) };
    throws(() =>
      database.transaction(() => {
        writer.write(batch, usAt(1));
        throw new Error('no room');
      })(),
    );
    writer.write(batch, usAt(1));
    deepEqual(
      closingsOf(database).map(({ seq, ids }) => [seq, ids]),
      [[1, [1]]],
    );
  });

  it('numbers each when it ends, whatever its id is', () => {
    write(1, [fresh(1, [OPEN]), fresh(2, [OPEN]), fresh(3, [OPEN, [1, 'UNCONN']])]);
    write(2, [fresh(4, [OPEN])]);
    write(3, [ended(4, 3), ended(1, 2.5)]);
    deepEqual(
      closingsOf(database).map(({ seq, count, run: by, atUs, throughUs, ids }) => [
        seq,
        count,
        by,
        atUs,
        throughUs,
        ids,
      ]),
      [
        [1, 1, 1, usAt(1) + 5, usAt(1), [3]],
        [3, 2, 1, usAt(3) + 5, usAt(3), [1, 4]],
      ],
    );
  });

  it('does not number one again that is written again after its end', () => {
    write(1, [fresh(1, [OPEN, [1, 'UNCONN']])]);
    write(2, [{ ...ended(1, 1), firstNewStep: 2 }]);
    deepEqual(
      closingsOf(database).map(({ ids }) => ids),
      [[1]],
    );
  });

  it('keeps nothing in memory of what it wrote together with a connection that is still known', async () => {
    const known = fresh(1, [OPEN, [1, 'UNCONN']]);
    const other = new WeakRef(writeWith(known));
    // A WeakRef holds what it refers to until the work that made it has ended.
    await setImmediate();
    collectGarbage();
    equal(other.deref(), undefined);
    equal(known.connection.id, 1);
  });

  function writeWith(known: ChangedConnection): Connection {
    const other = fresh(2, [OPEN, [1, 'UNCONN']]);
    write(1, [known, other]);
    return other.connection;
  }

  it('numbers one that failed at once, which has no step', () => {
    const failed = connectionOf(1, [], { closedUs: usAt(1), closeReason: 'failed' });
    write(1, [{ connection: failed, isNew: true, firstNewStep: 0 }]);
    deepEqual(
      closingsOf(database).map(({ ids }) => ids),
      [[1]],
    );
  });

  const TIME_WAIT: readonly Entered[] = [OPEN, [1, 'TIME-WAIT']];
  const foreseenEnd = { closedUs: usAt(61), notBeforeUs: usAt(60) };
  const inTimeWait = (id: number) => fresh(id, TIME_WAIT, { foreseenEnd });

  it('numbers a TIME-WAIT when its end is reached, not when it is written ahead', () => {
    write(1, [inTimeWait(1)]);
    deepEqual(closingsOf(database), []);
    const connection = connectionOf(1, [...TIME_WAIT, [61, 'UNCONN', 'timer', 60]]);
    write(62, [{ connection, isNew: false, asForeseen: true, firstNewStep: 2 }]);
    deepEqual(
      closingsOf(database).map(({ ids }) => ids),
      [[1]],
    );
  });

  it('numbers the end of a TIME-WAIT that a killed run had reached and not reported, once', () => {
    write(1, [
      inTimeWait(1),
      inTimeWait(2),
      fresh(3, TIME_WAIT, { foreseenEnd: { closedUs: usAt(70), notBeforeUs: usAt(69) } }),
    ]);
    const connection = connectionOf(1, [...TIME_WAIT, [61, 'UNCONN', 'timer', 60]]);
    write(61, [{ connection, isNew: false, asForeseen: true, firstNewStep: 2 }]);
    reopenUnreached(database);
    reopenUnreached(database);
    deepEqual(
      closingsOf(database).map(({ ids }) => ids),
      [[1], [2]],
    );
  });

  it('has no number twice when a commit fails and is tried again', () => {
    throws(() =>
      database.transaction(() => {
        writer.write({ ...NO_CHANGES, connections: [fresh(1, [OPEN, [1, 'UNCONN']])], throughUs: usAt(1) }, usAt(1));
        throw new Error('disk full');
      })(),
    );
    write(1, [fresh(1, [OPEN, [1, 'UNCONN']])]);
    deepEqual(
      closingsOf(database).map(({ seq, ids }) => [seq, ids]),
      [[1, [1]]],
    );
  });

  it('numbers what an import wrote, by the runs', () => {
    write(1, [fresh(1, [OPEN]), fresh(2, [OPEN, [1, 'UNCONN']]), inTimeWait(3)]);
    run.end(usAt(5), 'clean');
    const next = new RunRecord(database, { ...LAB_RUN, startedUs: usAt(10) });
    write(11, [ended(1, 11)]);
    next.beat(usAt(12));
    database.exec('DELETE FROM closings');
    const closings = new Closings(database);
    while (closings.fillNext());
    deepEqual(
      closingsOf(database).map(({ seq, run: by, throughUs, ids }) => [seq, by, throughUs, ids]),
      [
        [1, 2, 0, [1]],
        [2, 1, usAt(12), [2]],
      ],
    );
  });

  describe('when connections are deleted', () => {
    const shipped = (name: string, kept: number, file?: string) => {
      const directory = join(dirname(path), 'ship');
      mkdirSync(directory, { recursive: true });
      const uuid = file ?? String(database.prepare('SELECT uuid FROM file').pluck().get());
      writeFileSync(join(directory, `${name}.json`), JSON.stringify({ file: uuid, target: name, sent: kept, kept }));
    };
    const prune = (retainS: number, nowS = 100) => {
      const pruner = new Pruner(database, { retainUs: retainS * 1e6, maxBytes: undefined, sparePages: 0 });
      while (!pruner.work(usAt(nowS), 1_000));
    };
    const gaps = () =>
      database.prepare("SELECT from_us, to_us, lost, reason FROM gaps WHERE scope = 'shipping'").raw().all();
    beforeEach(() => {
      for (let id = 1; id <= 10; id++)
        write(id, [
          fresh(id, [
            [id - 0.5, 'ESTAB'],
            [id, 'UNCONN'],
          ]),
        ]);
    });

    it('leaves no gap where nothing is shipped, and keeps the last number', () => {
      prune(0);
      deepEqual(gaps(), []);
      deepEqual(
        closingsOf(database).map(({ seq }) => seq),
        [10],
      );
      write(101, [
        fresh(11, [
          [100, 'ESTAB'],
          [101, 'UNCONN'],
        ]),
      ]);
      equal(closingsOf(database).at(-1)?.seq, 11);
    });

    it('leaves a gap with the number of those that were not found at every place', () => {
      shipped('one', 6);
      shipped('other', 3);
      prune(95);
      deepEqual(gaps(), [[usAt(4) + 5, usAt(4) + 5, 1, 'pruned']]);
      deepEqual(
        closingsOf(database).map(({ seq }) => seq),
        [5, 6, 7, 8, 9, 10],
      );
    });

    it('leaves none for what was found there', () => {
      shipped('one', 6);
      prune(95);
      deepEqual(gaps(), []);
    });

    it('passes over what is not a state of this database', () => {
      shipped('other', 0, 'another file');
      const directory = join(dirname(path), 'ship');
      writeFileSync(join(directory, 'broken.json'), '{"file":');
      writeFileSync(join(directory, 'text.json'), '"text"');
      symlinkSync('/dev/zero', join(directory, 'link.json'));
      mkdirSync(join(directory, 'directory.json'));
      deepEqual(readShipMarks(directory, String(database.prepare('SELECT uuid FROM file').pluck().get())), []);
      equal(keptSeq([]), undefined);
      prune(95);
      deepEqual(gaps(), []);
    });
  });
});
