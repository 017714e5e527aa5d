import { deepEqual, equal } from 'node:assert/strict';
import type Database from 'better-sqlite3';
import fc from 'fast-check';
import type { NamespaceRecord } from '../../src/model/namespace.js';
import { NamespaceHistory } from '../../src/query/namespace-history.js';
import { socketsAt } from '../../src/query/point-in-time.js';
import { NamespaceTable } from '../../src/store/namespace-table.js';
import { HistoryWriter } from '../../src/store/writer.js';
import { BASE_US, batchOf, connectionOf, type Entered, usAt } from '../lab/history.js';
import { databaseInMemory } from '../lab/memory-database.js';

function emptyDatabase(): Database.Database {
  const database = databaseInMemory();
  return database;
}

function stored(records: readonly NamespaceRecord[]): Database.Database {
  const database = emptyDatabase();
  const table = new NamespaceTable(database);
  for (const record of records) table.write(record);
  return database;
}

const record = (netns: number, fromUs: number, toUs: number | undefined, name?: string, netCookie = 1) => ({
  ...{ netns, fromUs, toUs, name, netCookie },
});

/** 7 is blue, then red; it is deleted, and its inode number given to one that is green, and blue for a while. 8 never has a name. */
const HISTORY = stored([
  record(7, 100, 200, 'blue'),
  record(7, 200, 300, 'red'),
  record(7, 310, 400, undefined, 2),
  record(7, 400, 500, 'green', 2),
  record(7, 500, undefined, 'blue', 2),
  record(8, 100, undefined),
]);

describe('the names of network namespaces', () => {
  const history = new NamespaceHistory(HISTORY);

  it('are those of the time that is asked for', () => {
    const names = [150, 250, 350, 450, 550, 9_999].map((us) => history.nameAt(7, us));
    deepEqual(names, ['blue', 'red', undefined, 'green', 'blue', 'blue']);
    equal(history.nameAt(8, 150), undefined);
    equal(history.nameAt(9, 150), undefined);
  });

  it('hold from the end of the record before: a snapshot notices a namespace some time after it was made', () => {
    equal(history.nameAt(7, 1), 'blue');
    equal(history.nameAt(7, 305), undefined);
    equal(history.nameDuring(7, 1, 50), 'blue');
  });

  it('are the last one of a period', () => {
    const periods = [
      [120, 150, 'blue'],
      [120, 250, 'red'],
      [320, 350, undefined],
      [320, 450, 'green'],
      [320, undefined, 'blue'],
    ] as const;
    for (const [fromUs, toUs, name] of periods) equal(history.nameDuring(7, fromUs, toUs), name);
  });

  it('select periods', () => {
    deepEqual(history.named('blue'), [
      { netns: 7, fromUs: undefined, toUs: 200 },
      { netns: 7, fromUs: 500, toUs: undefined },
    ]);
    deepEqual(history.named('white'), []);
    deepEqual(history.names(), ['blue', 'green', 'red']);
  });

  it('do not make another namespace of it, another cookie does', () => {
    deepEqual(history.identityAt(7, 150), [
      { netns: 7, fromUs: undefined, toUs: 200 },
      { netns: 7, fromUs: 200, toUs: 300 },
    ]);
    deepEqual(
      history.identityAt(7, 9_999).map(({ fromUs }) => fromUs),
      [300, 400, 500],
    );
    deepEqual(history.identityAt(8, 1), [{ netns: 8, fromUs: undefined, toUs: undefined }]);
  });

  it('include those that a recorder has added since', () => {
    const database = emptyDatabase();
    const growing = new NamespaceHistory(database);
    new NamespaceTable(database).write(record(7, 100, undefined, 'blue'));
    growing.refresh();
    equal(growing.nameAt(7, 150), 'blue');
  });

  it('are the same in the view `connections`', () => {
    const periods = fc
      .array(
        fc.record({ lasts: fc.nat(5), gap: fc.nat(3), name: fc.option(fc.constantFrom('a', 'b'), { nil: undefined }) }),
        {
          maxLength: 5,
        },
      )
      .map((parts) => {
        let atUs = 0;
        return parts.map(({ lasts, gap, name }, index) => {
          const fromUs = atUs + gap + 1;
          atUs = fromUs + lasts;
          return record(1, fromUs, index === parts.length - 1 && lasts === 0 ? undefined : atUs, name);
        });
      });
    fc.assert(
      fc.property(periods, fc.nat(30), fc.option(fc.nat(20), { nil: undefined }), (records, openedUs, lived) => {
        const database = stored(records);
        const closedUs = lived === undefined ? undefined : openedUs + lived;
        const connection = { ...connectionOf(1, [[0, 'ESTAB']]), openedUs, closedUs };
        new HistoryWriter(database).write(batchOf({ connections: [connection] }), 0);
        const name = database.prepare('SELECT netns_name FROM connections').pluck().get();
        equal(name, new NamespaceHistory(database).nameDuring(1, openedUs, closedUs) ?? null);
        database.close();
      }),
      { numRuns: 100 },
    );
  });
});

describe('sockets of a namespace that no dump can show any more', () => {
  const atS = (s: number) => usAt(s);
  const database = stored([
    record(1, atS(0), atS(20)),
    record(2, atS(0), undefined),
    record(1, atS(40), undefined, 'back'),
  ]);
  const opened: readonly Entered[] = [[10, 'SYN-SENT']];
  const connections = [1, 2, 3].map((id) => connectionOf(id, opened, { netns: id }));
  new HistoryWriter(database).write(batchOf({ connections }), BASE_US);
  const uncertainAt = (s: number) =>
    socketsAt(database, atS(s))
      .filter(({ uncertain }) => uncertain)
      .map(({ connection }) => connection.id);

  it('are uncertain from then on, until it is found again', () => {
    deepEqual([15, 20, 30, 40].map(uncertainAt), [[], [1], [1], []]);
  });
});
