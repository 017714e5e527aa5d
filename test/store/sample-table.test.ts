import { deepEqual, equal } from 'node:assert/strict';
import type Database from 'better-sqlite3';
import type { Sample } from '../../src/model/sample.js';
import { TIMER_KINDS } from '../../src/model/socket-row.js';
import { plainRows } from '../../src/store/history-tables.js';
import { SampleTable } from '../../src/store/sample-table.js';
import { sampleOf } from '../lab/history.js';
import { databaseInMemory } from '../lab/memory-database.js';

function settingsIn(database: Database.Database): number {
  return database.prepare('SELECT count(*) FROM settings').pluck().get() as number;
}

const bound = (id: number, more: Partial<Sample> = {}) =>
  sampleOf(id, 1_000 + id, { congestion: 'cubic', mss: 1_448, device: 'eth0', ifIndex: 2, segsIn: id, ...more });

describe('the tables of samples', () => {
  let database: Database.Database;
  beforeEach(() => {
    database = databaseInMemory();
  });
  afterEach(() => database.close());

  it('give back what was written', () => {
    const samples = TIMER_KINDS.map((timer, index) => bound(index + 1, { timer, fwmark: index }));
    new SampleTable(database).insert(samples);
    deepEqual([...plainRows(database, 'sample', '1 ORDER BY connection_id')], samples);
  });

  it('store what several samples share once, also for the next writer', () => {
    new SampleTable(database).insert([bound(1), bound(2), bound(3, { mss: 536 })]);
    new SampleTable(database).insert([bound(4), bound(5, { mss: 536 })]);
    equal(settingsIn(database), 2);
  });

  it('tell apart what looks alike', () => {
    new SampleTable(database).insert([
      bound(1, { fwmark: 1 }),
      bound(2, { tos: 1 }),
      bound(3, { fwmark: 0 }),
      bound(4),
    ]);
    equal(settingsIn(database), 4);
  });

  it('add shared values again whose transaction was rolled back', () => {
    const table = new SampleTable(database);
    const failing = database.transaction(() => {
      table.insert([bound(1)]);
      throw new Error('no room');
    });
    try {
      failing();
    } catch {
      // As a full disk does.
    }
    equal(settingsIn(database), 0);
    table.insert([bound(1)]);
    deepEqual([...plainRows(database, 'sample', '1')], [bound(1)]);
  });
});
