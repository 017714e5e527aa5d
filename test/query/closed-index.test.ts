import { deepEqual, equal, ok } from 'node:assert/strict';
import type Database from 'better-sqlite3';
import fc from 'fast-check';
import type { Connection } from '../../src/model/connection.js';
import { findings } from '../../src/query/verification.js';
import { ClosedIndex } from '../../src/store/closed-index.js';
import { ConnectionRemoval } from '../../src/store/connection-removal.js';
import { openForWriting } from '../../src/store/database.js';
import { idsOfMembers } from '../../src/store/lives-layout.js';
import { HistoryWriter } from '../../src/store/writer.js';
import { BASE_US, batchOf, connectionOf, usAt } from '../lab/history.js';
import { newDatabases } from '../lab/new-databases.js';

/** More than the tail may have. */
const MANY = 20_000;

describe('the tables of closed connections', () => {
  const newPath = newDatabases();

  const newDatabase = () => openForWriting(newPath());
  const open = (id: number) => connectionOf(id, [[id / 1_000, 'SYN-SENT']]);
  const closed = (id: number, afterS: number) =>
    connectionOf(id, [
      [id / 1_000, 'SYN-SENT'],
      [id / 1_000 + afterS, 'UNCONN'],
    ]);
  const indexFindings = (database: Database.Database) =>
    [...findings(database)].filter(({ check }) => check === 'index').map(({ text }) => text);
  const tail = (database: Database.Database) =>
    Number(
      database.prepare('SELECT count(*) FROM socket WHERE id > (SELECT c.id FROM closed_through c)').pluck().get(),
    );
  const covered = (database: Database.Database, table: string) =>
    table === 'closed_life'
      ? (database.prepare('SELECT stretch, members FROM closed_life').raw().all() as [number, number][]).reduce(
          (sum, [stretch, members]) => sum + idsOfMembers(stretch, members).length,
          0,
        )
      : Number(database.prepare(`SELECT count(*) FROM ${table}`).pluck().get());

  it('have one that is written after others with higher ids', () => {
    const database = newDatabase();
    const writer = new HistoryWriter(database, 4);
    const write = (ids: readonly number[]) =>
      writer.write(
        {
          ...batchOf({}),
          connections: ids.map((id) => ({ connection: closed(id, 1), isNew: true, firstNewStep: 0 })),
        },
        BASE_US,
      );
    write([1, 2, 4, 5, 6, 7, 8]);
    ok(covered(database, 'closed_life') > 3);
    write([3]);
    deepEqual(indexFindings(database), []);
  });

  it('have every closed connection but the tail, in whatever commits it opens and closes', () => {
    const lives = fc.array(fc.tuple(fc.nat(3), fc.nat(5), fc.integer({ min: 1, max: 100_000 })), {
      minLength: 1,
      maxLength: 60,
    });
    fc.assert(
      fc.property(lives, fc.integer({ min: 1, max: 40 }), (all, pass) => {
        const database = newDatabase();
        const writer = new HistoryWriter(database, pass);
        for (let commit = 0; commit < 9; commit++) {
          const connections = all.flatMap(([opens, lasts, lifeS], index) => {
            // Ids rise with the commit that opens the connection.
            const id = 1 + opens * all.length + index;
            if (commit === opens)
              return [{ connection: lasts === 0 ? closed(id, lifeS) : open(id), isNew: true, firstNewStep: 0 }];
            if (lasts > 0 && commit === opens + lasts)
              return [{ connection: closed(id, lifeS), isNew: false, firstNewStep: 1 }];
            return [];
          });
          connections.sort((a, b) => a.connection.id - b.connection.id);
          writer.write({ ...batchOf({}), connections }, BASE_US);
          deepEqual(indexFindings(database), []);
        }
        new ClosedIndex(database).complete();
        equal(covered(database, 'closed_life'), all.length);
        equal(covered(database, 'closed_port'), all.length);
        deepEqual(indexFindings(database), []);
        database.close();
      }),
      { numRuns: 30 },
    );
  });

  it('leave no more in the tail than a query may read one by one', () => {
    const database = newDatabase();
    const writer = new HistoryWriter(database);
    for (let at = 0; at < MANY; at += 1_000) {
      const connections = Array.from({ length: 1_000 }, (_, index) => closed(at + index + 1, 1));
      writer.write(batchOf({ connections }), BASE_US);
      ok(tail(database) < 8_192 + 1_000, `${tail(database)} in the tail`);
    }
    equal(covered(database, 'closed_life') + tail(database), MANY);
    database.close();
  });

  it('are completed by the next writer where one was killed', () => {
    const database = newDatabase();
    const writer = new HistoryWriter(database, Number.MAX_SAFE_INTEGER);
    const connections = Array.from({ length: MANY }, (_, index) => closed(index + 1, 1));
    writer.write(batchOf({ connections }), BASE_US);
    equal(tail(database), MANY);
    new HistoryWriter(database);
    ok(tail(database) <= 8_192, `${tail(database)} in the tail`);
    deepEqual(indexFindings(database), []);
    database.close();
  });

  it('cover ids far apart without a step for each block between them', () => {
    const database = newDatabase();
    const far: Connection[] = [closed(1, 1), { ...closed(2, 1), id: Number.MAX_SAFE_INTEGER - 1 }];
    new HistoryWriter(database, Number.MAX_SAFE_INTEGER).write(batchOf({ connections: far }), BASE_US);
    new ClosedIndex(database).complete();
    equal(tail(database), 0);
    equal(covered(database, 'closed_port'), 2);
    database.close();
  });

  it('lose the connections that are deleted', () => {
    const database = newDatabase();
    const connections = Array.from({ length: 100 }, (_, index) => closed(index + 1, 1));
    new HistoryWriter(database).write(batchOf({ connections }), BASE_US);
    new ClosedIndex(database, 50).completeNext();
    const removal = new ConnectionRemoval(database);
    const ids = connections.filter(({ id }) => id % 3 === 0).map(({ id }) => id);
    removal.remove({ ids, throughUs: usAt(90), nowUs: usAt(90), reason: 'retain' }, 1_000);
    deepEqual(indexFindings(database), []);
    equal(covered(database, 'closed_life') + tail(database), 100 - ids.length);
    database.close();
  });
});
