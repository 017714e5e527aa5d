import { deepEqual, equal } from 'node:assert/strict';
import type Database from 'better-sqlite3';
import type { Connection } from '../../src/model/connection.js';
import type { Gap } from '../../src/model/gap.js';
import { NO_CHANGES } from '../../src/model/history-batch.js';
import { LooseRows } from '../../src/ship/loose-rows.js';
import { Outbox } from '../../src/ship/outbox.js';
import { SegmentBuilder } from '../../src/ship/segment.js';
import type { Segment, ShippedTable } from '../../src/ship/target.js';
import { parseWhat } from '../../src/ship/what.js';
import { openForWriting } from '../../src/store/database.js';
import { NameWriter } from '../../src/store/name-writer.js';
import { RunRecord } from '../../src/store/runs.js';
import { HistoryWriter } from '../../src/store/writer.js';
import { connectionOf, LAB_RUN, usAt } from '../lab/history.js';
import { newDatabases } from '../lab/new-databases.js';

describe('what belongs to no segment', () => {
  const newPath = newDatabases();
  let database: Database.Database;
  let writer: HistoryWriter;
  let run: RunRecord;
  let outbox: Outbox;
  let loose: LooseRows;
  let cursor = { gapId: 0, eventId: 0 };
  beforeEach(() => {
    const path = newPath();
    database = openForWriting(path);
    run = new RunRecord(database, LAB_RUN);
    writer = new HistoryWriter(database);
    outbox = new Outbox(path);
    const what = parseWhat('all');
    loose = new LooseRows(outbox, new SegmentBuilder(outbox, { host: 'lab', machine: 'm', file: 'f' }, what), what);
    cursor = { gapId: 0, eventId: 0 };
  });
  afterEach(() => {
    outbox.close();
    database.close();
  });

  const write = (atS: number, connections: readonly [Connection, isNew: boolean][], gaps: readonly Gap[] = []) => {
    const changed = connections.map(([connection, isNew]) => ({ connection, isNew, firstNewStep: isNew ? 0 : 1 }));
    writer.write({ ...NO_CHANGES, connections: changed, gaps, throughUs: usAt(atS) }, usAt(atS));
    run.beat(usAt(atS));
  };

  /** One round at a time; what was sent, by table. */
  function round(atS: number): Record<ShippedTable, readonly Record<string, unknown>[]> {
    const parts = loose.parts({
      ...cursor,
      completeUs: usAt(atS),
      reachedUs: usAt(atS),
      nowUs: usAt(atS),
      clock: undefined,
    });
    const sent: Partial<Record<ShippedTable, Record<string, unknown>[]>> = {};
    for (;;) {
      const { value, done } = parts.next();
      if (done === true) {
        cursor = value;
        return {
          gaps: [],
          events: [],
          names: [],
          open_lives: [],
          hosts: [],
          lives: [],
          counts: [],
          segments: [],
          ...sent,
        };
      }
      for (const [table, rows] of Object.entries(value as Segment['tables'])) {
        const of = table as ShippedTable;
        sent[of] = [...(sent[of] ?? []), ...rows];
      }
    }
  }

  const openIn = (sent: ReturnType<typeof round>) =>
    sent.open_lives.map((row) => [row['connection_id'], (row['step_into'] as string[]).at(-1), row['version']]);

  it('has connections that are open for ten seconds, at each change, and each hour', () => {
    const young = connectionOf(2, [[95, 'ESTAB']]);
    write(100, [
      [connectionOf(1, [[0, 'ESTAB']]), true],
      [young, true],
    ]);
    deepEqual(openIn(round(100)), [[1, 'ESTAB', usAt(100)]]);
    deepEqual(openIn(round(100)), []);
    write(106, []);
    deepEqual(openIn(round(106)), [[2, 'ESTAB', usAt(106)]]);
    write(110, [
      [
        connectionOf(1, [
          [0, 'ESTAB'],
          [109, 'CLOSE-WAIT'],
        ]),
        false,
      ],
    ]);
    deepEqual(openIn(round(110)), [[1, 'CLOSE-WAIT', usAt(110)]]);
    write(4_000, []);
    deepEqual(
      openIn(round(4_000)).map(([id]) => id),
      [1, 2],
    );
  });

  it('has one that entered TIME-WAIT, and no other one in that state', () => {
    write(100, [[connectionOf(1, [[0, 'ESTAB']]), true]]);
    round(100);
    const foreseenEnd = { closedUs: usAt(162), notBeforeUs: usAt(160) };
    const waits = (id: number) =>
      connectionOf(
        id,
        [
          [0, 'ESTAB'],
          [101, 'TIME-WAIT'],
        ],
        { foreseenEnd },
      );
    write(120, [
      [waits(1), false],
      [waits(2), true],
    ]);
    deepEqual(openIn(round(120)), [[1, 'TIME-WAIT', usAt(120)]]);
    deepEqual(openIn(round(121)), []);
    write(170, []);
    deepEqual(openIn(round(170)), []);
  });

  const gap = (fromS: number, toS: number, more: Partial<Gap> = {}): Gap => ({
    ...{ fromUs: usAt(fromS), toUs: usAt(toS), cpu: undefined, lost: 3, reason: 'overrun', scope: 'transitions' },
    ...more,
  });

  it('has gaps once, again when one grows, and those of shipping never', () => {
    write(
      200,
      [],
      [gap(1, 2), gap(199, 200, { scope: 'samples', reason: 'memory' }), gap(1, 2, { scope: 'shipping' })],
    );
    deepEqual(
      round(200).gaps.map((row) => [row['gap_id'], row['to_us'], row['lost']]),
      [
        [1, usAt(2), 3],
        [2, usAt(200), 3],
      ],
    );
    equal(cursor.gapId, 1);
    deepEqual(round(200).gaps, []);
    database.prepare('UPDATE gaps SET to_us = ? WHERE id = 2').run(usAt(210));
    deepEqual(
      round(210).gaps.map((row) => [row['gap_id'], row['to_us']]),
      [[2, usAt(210)]],
    );
    deepEqual(round(300).gaps, []);
    equal(cursor.gapId, 2);
  });

  it('has events of no connection once', () => {
    const event = { connectionId: undefined, atUs: usAt(1), kind: 'reset' as const, detail: 'sent' };
    writer.write({ ...NO_CHANGES, events: [event], throughUs: usAt(2) }, usAt(2));
    deepEqual(
      round(2).events.map((row) => [row['event_id'], row['connection_id'], row['kind']]),
      [[1, null, 'reset']],
    );
    deepEqual(round(2).events, []);
  });

  it('has names when they are new, end, or last much longer', () => {
    const names = new NameWriter(database);
    const name = (index: number, toS: number | undefined, more = {}) => ({
      ...{
        name: `n${index}.test`,
        address: '10.0.0.1',
        fromUs: usAt(0),
        source: 'dns' as const,
        netns: 1,
        ended: undefined,
      },
      toUs: toS === undefined ? undefined : usAt(toS),
      ...more,
    });
    const many = Array.from({ length: 2_500 }, (_, index) => name(index, 100 + (index % 3)));
    names.write([...many, name(9_000, undefined, { source: 'hosts' as const })]);
    write(50, []);
    equal(new Set(round(50).names.map((row) => row['name'])).size, 2_501);
    deepEqual(round(60).names, []);
    names.write([name(1, 1_000), name(2, 105, { ended: 'replaced' as const }), name(9_001, 200)]);
    deepEqual(
      round(70)
        .names.map((row) => row['name'])
        .sort(),
      ['n1.test', 'n2.test', 'n9001.test'],
    );
  });

  it('ends with the host, which is complete but for what is younger than ten seconds', () => {
    write(100, []);
    const [host] = round(100).hosts;
    deepEqual(
      [host?.['complete_us'], host?.['first_us'], host?.['what'], host?.['boot']],
      [usAt(90), usAt(0), 'all', 'boot'],
    );
  });
});
