import { deepEqual } from 'node:assert/strict';
import { socketsAt } from '../../src/query/point-in-time.js';
import { HistoryWriter } from '../../src/store/writer.js';
import { batchOf, connectionOf, dumpOf, usAt } from '../lab/history.js';
import { databaseInMemory } from '../lab/memory-database.js';

describe('a socket after a gap', () => {
  const database = databaseInMemory();
  const connections = [
    connectionOf(1, [[1, 'ESTAB']]),
    // Another namespace, which the run after the gap takes no snapshots of.
    connectionOf(2, [[1, 'ESTAB']], { netns: 2 }),
    connectionOf(
      3,
      [
        [1, 'ESTAB'],
        [15, 'CLOSE-WAIT'],
      ],
      { netns: 2 },
    ),
    connectionOf(4, [[12, 'ESTAB']], { netns: 2 }),
  ];
  const gaps = [{ fromUs: usAt(5), toUs: usAt(10) }];
  const snapshots = [dumpOf(1, 4), dumpOf(2, 4), dumpOf(1, 11), dumpOf(2, 11, { complete: false })];
  new HistoryWriter(database).write(batchOf({ connections, gaps, snapshots }), usAt(20));
  const uncertainAt = (atS: number) =>
    socketsAt(database, usAt(atS))
      .filter(({ uncertain }) => uncertain)
      .map(({ connection }) => connection.id);

  it('is uncertain where neither a complete dump nor an event shows that it is still there', () => {
    deepEqual(uncertainAt(4), []);
    deepEqual(uncertainAt(10.5), [2]);
    deepEqual(uncertainAt(20), [2]);
  });
});
