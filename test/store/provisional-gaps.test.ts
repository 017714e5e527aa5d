import { deepEqual } from 'node:assert/strict';
import type Database from 'better-sqlite3';
import type { Gap } from '../../src/model/gap.js';
import { NO_CHANGES } from '../../src/model/history-batch.js';
import { openForWriting } from '../../src/store/database.js';
import { settleGaps } from '../../src/store/provisional-gaps.js';
import { HistoryWriter } from '../../src/store/writer.js';
import { newDatabases } from '../lab/new-databases.js';

function hole(fromUs: number, lost?: number): Gap {
  return { fromUs, toUs: fromUs + 5, cpu: undefined, lost, reason: 'continuity', scope: 'transitions' };
}

describe('a gap whose number may still come', () => {
  const newPath = newDatabases();
  let database: Database.Database;
  let writer: HistoryWriter;
  beforeEach(() => {
    database = openForWriting(newPath());
    writer = new HistoryWriter(database);
  });
  afterEach(() => database.close());

  const rows = () => database.prepare('SELECT id, from_us, lost FROM gaps ORDER BY id').raw().all();

  it('is in the file at once, and replaced by the one with its number', () => {
    writer.write({ ...NO_CHANGES, openGaps: [hole(10), hole(20)] }, 1);
    deepEqual(rows(), [
      [-2, 20, null],
      [-1, 10, null],
    ]);
    writer.write({ ...NO_CHANGES, gaps: [hole(9, 3)], openGaps: [hole(20)] }, 2);
    writer.write(NO_CHANGES, 3);
    deepEqual(rows(), [
      [-1, 20, null],
      [1, 9, 3],
    ]);
  });

  it('stays where the recorder is killed, as a gap like others in the next run', () => {
    writer.write({ ...NO_CHANGES, gaps: [hole(1, 3)], openGaps: [hole(10), hole(20)] }, 1);
    settleGaps(database);
    deepEqual(rows(), [
      [1, 1, 3],
      [2, 10, null],
      [3, 20, null],
    ]);
  });
});
