import { deepEqual } from 'node:assert/strict';
import fc from 'fast-check';
import type { Condition } from '../../src/model/condition.js';
import { connectionsInOrder } from '../../src/query/connections-in-order.js';
import { ClosedIndex } from '../../src/store/closed-index.js';
import { openForReading, openForWriting } from '../../src/store/database.js';
import { connectionOf, usAt, writeHistory } from '../lab/history.js';
import { newDatabases } from '../lab/new-databases.js';

const PORTS = [9_200, 9_201, 9_202] as const;

describe('connections by their ports', () => {
  const newPath = newDatabases();

  it('are those that a look at all connections gives', () => {
    const lives = fc.array(
      fc.tuple(
        fc.integer({ min: 0, max: 200_000 }),
        fc.option(fc.oneof(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 100_000 })), { nil: undefined }),
        fc.constantFrom(...PORTS),
        fc.constantFrom(1_001, 1_002),
      ),
      { minLength: 1, maxLength: 50 },
    );
    fc.assert(
      fc.property(
        lives,
        fc.integer({ min: 0, max: 200_000 }),
        fc.integer({ min: 0, max: 50_000 }),
        fc.boolean(),
        fc.integer({ min: 1, max: 60 }),
        (all, fromS, lengthS, newestFirst, pass) => {
          const path = newPath();
          const connections = all
            .toSorted(([a], [b]) => a - b)
            .map(([openedS, lifeS, remotePort, localPort], index) =>
              connectionOf(
                index + 1,
                [[openedS, 'SYN-SENT'], ...(lifeS === undefined ? [] : [[openedS + lifeS, 'UNCONN'] as const])],
                { tuple: { family: 4, localAddr: '10.0.0.1', localPort, remoteAddr: '10.0.0.2', remotePort } },
              ),
            );
          writeHistory(path, { connections });
          const writer = openForWriting(path);
          new ClosedIndex(writer, pass).completeNext();
          writer.close();
          const database = openForReading(path);
          for (const [sql, ports] of [
            ['remote_port = 9200', { remote: 9200, local: undefined }],
            ['remote_port = 9200 AND local_port = 1001', { remote: 9200, local: 1001 }],
          ] as const) {
            const idsOf = (condition: Condition) =>
              [...connectionsInOrder(database, usAt(fromS), usAt(fromS + lengthS), { condition, newestFirst })]
                .map(({ id, openedUs }) => [openedUs, id] as const)
                .sort(([a, idA], [b, idB]) => a - b || idA - idB);
            deepEqual(idsOf({ sql, params: {}, ports }), idsOf({ sql, params: {} }));
          }
          database.close();
        },
      ),
      { numRuns: 40 },
    );
  });
});
