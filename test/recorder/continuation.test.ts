import { deepEqual } from 'node:assert/strict';
import { carriedOver } from '../../src/recorder/continuation.js';
import { openForWriting } from '../../src/store/database.js';
import { readRuns } from '../../src/store/runs.js';
import { connectionOf, LAB_RUN, sampleOf, usAt, writeHistory } from '../lab/history.js';
import { newDatabases } from '../lab/new-databases.js';

describe('what a run left open', () => {
  const newPath = newDatabases();

  it('was there at its last sample, also in a gap', () => {
    const path = newPath();
    const opened = (id: number) =>
      connectionOf(id, [
        [10, 'SYN-SENT'],
        [11, 'ESTAB'],
      ]);
    writeHistory(path, {
      connections: [opened(1), opened(2)],
      samples: [sampleOf(1, usAt(50)), sampleOf(1, usAt(30))],
      gaps: [{ fromUs: usAt(40), toUs: usAt(60) }],
      endS: 90,
    });
    const database = openForWriting(path);
    const carried = carriedOver(database, readRuns(database), LAB_RUN);
    deepEqual(
      carried.map(({ connection, evidenceUs }) => [connection.id, evidenceUs]),
      [
        [1, usAt(50)],
        [2, usAt(40)],
      ],
    );
    database.close();
  });
});
