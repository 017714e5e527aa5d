import { deepEqual, equal } from 'node:assert/strict';
import type Database from 'better-sqlite3';
import type { Connection } from '../../src/model/connection.js';
import type { Gap } from '../../src/model/gap.js';
import { NO_CHANGES } from '../../src/model/history-batch.js';
import type { Sample } from '../../src/model/sample.js';
import { LooseRows } from '../../src/ship/loose-rows.js';
import { Outbox } from '../../src/ship/outbox.js';
import { SegmentBuilder } from '../../src/ship/segment.js';
import type { Segment, ShippedTable } from '../../src/ship/target.js';
import { parseWhat } from '../../src/ship/what.js';
import { openForWriting } from '../../src/store/database.js';
import { NameWriter } from '../../src/store/name-writer.js';
import { RunRecord } from '../../src/store/runs.js';
import { HistoryWriter } from '../../src/store/writer.js';
import { connectionOf, LAB_RUN, sampleOf, usAt } from '../lab/history.js';
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

  it('has an open connection again when its last sample shows a trouble, when that changes, and when it is over', () => {
    const listener = connectionOf(1, [[0, 'LISTEN']], { origin: 'listen' });
    const [sender, halfClosed] = [
      connectionOf(2, [[0, 'ESTAB']]),
      connectionOf(3, [
        [0, 'ESTAB'],
        [50, 'CLOSE-WAIT'],
      ]),
    ];
    write(100, [
      [listener, true],
      [sender, true],
      [halfClosed, true],
    ]);
    const sampled = (atS: number, ...samples: readonly Sample[]) => {
      writer.write({ ...NO_CHANGES, samples, throughUs: usAt(atS) }, usAt(atS));
      return round(atS).open_lives.map((row) => [row['connection_id'], row['recv_q'], row['timer'], row['retrans']]);
    };
    deepEqual(openIn(round(100)).length, 3);
    deepEqual(sampled(110, sampleOf(1, usAt(105), { recvQ: 3, sendQ: 4 })), [[1, 3, 'off', 0]]);
    deepEqual(sampled(120, sampleOf(1, usAt(115), { recvQ: 5, sendQ: 4 })), [[1, 5, 'off', 0]]);
    deepEqual(sampled(130), []);
    deepEqual(sampled(140, sampleOf(1, usAt(135), { sendQ: 4 })), [[1, 0, 'off', 0]]);
    // Data that waits to be read or acknowledged is no trouble.
    deepEqual(sampled(150, sampleOf(2, usAt(145), { recvQ: 9, sendQ: 4, timer: 'on', retrans: 1 })), []);
    deepEqual(sampled(160, sampleOf(2, usAt(155), { sendQ: 4, timer: 'persist' })), [[2, 0, 'persist', 0]]);
    deepEqual(sampled(170, sampleOf(2, usAt(165), { sendQ: 4, timer: 'on', retrans: 2 })), [[2, 0, 'on', 2]]);
    deepEqual(sampled(180, sampleOf(2, usAt(175))), [[2, 0, 'off', 0]]);
    // One that is half-closed and sends is no leak.
    deepEqual(sampled(190, sampleOf(3, usAt(185), { lastDataSentMs: 150_000 })), []);
    deepEqual(sampled(200, sampleOf(3, usAt(195), { lastDataSentMs: 1_000 })), [[3, 0, 'off', 0]]);
  });

  it('has the events of an open connection: all when it is first sent, later ones as they come', () => {
    const events = (...seconds: readonly number[]) =>
      seconds.map((atS) => ({ connectionId: 1, atUs: usAt(atS), kind: 'retransmit' as const, detail: 'SYN' }));
    const occur = (atS: number, ...seconds: readonly number[]) => {
      writer.write({ ...NO_CHANGES, events: events(...seconds), throughUs: usAt(atS) }, usAt(atS));
      return round(atS).events.map((row) => [row['connection_id'], row['at_us']]);
    };
    write(5, [[connectionOf(1, [[0, 'SYN-SENT']]), true]]);
    // It is too young.
    deepEqual(occur(8, 1, 3), []);
    deepEqual(occur(15), [
      [1, usAt(1)],
      [1, usAt(3)],
    ]);
    deepEqual(occur(25, 20), [[1, usAt(20)]]);
    deepEqual(occur(35), []);
    loose.forget();
    deepEqual(occur(45).length, 3);
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
