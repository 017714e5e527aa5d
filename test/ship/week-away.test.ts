/** A shipper that was away for a week: it catches up at its pace, while connections go on to end, in a time of the test's own. */
import { deepEqual, ok } from 'node:assert/strict';
import { join } from 'node:path';
import type { Connection } from '../../src/model/connection.js';
import { NO_CHANGES } from '../../src/model/history-batch.js';
import { Outbox } from '../../src/ship/outbox.js';
import { shipOn, type Timer } from '../../src/ship/ship-loop.js';
import { SEGMENT_ROWS, Shipper } from '../../src/ship/shipper.js';
import { StateFile } from '../../src/ship/state.js';
import type { Target } from '../../src/ship/target.js';
import { parseWhat } from '../../src/ship/what.js';
import { openForWriting } from '../../src/store/database.js';
import { RunRecord } from '../../src/store/runs.js';
import { HistoryWriter } from '../../src/store/writer.js';
import { connectionOf, LAB_RUN, usAt } from '../lab/history.js';
import { Stage } from '../lab/stage.js';

const WEEK_S = 7 * 86_400;
/** Connections that ended in the week, evenly. */
const AWAY = 100_000;
const COMMITS = 200;
/** Connections that end in a second, in the last minute and since. */
const INFLOW = 200;
/** With this factor the pace is above the least one. */
const PACE = 15;
const ROWS_A_SECOND = PACE * INFLOW;

describe('a shipper that was away for a week', () => {
  const stage = new Stage();
  after(() => stage[Symbol.asyncDispose]());

  it('catches up at its pace, one segment at a time, and sends each connection once', async function () {
    this.timeout(240_000);
    const directory = await stage.directory();
    const path = join(directory, 'host.db');
    const host = new Host(path);
    for (let commit = 1; commit <= COMMITS; commit++) host.end(AWAY / COMMITS, (commit / COMMITS) * WEEK_S);
    for (let second = 1; second <= 60; second++) host.end(INFLOW, WEEK_S + second);
    const backS = WEEK_S + 60;

    let nowMs = 0;
    const asked = new AbortController();
    const nowUs = () => usAt(backS) + nowMs * 1_000;
    const sent: { readonly atMs: number; readonly first: number; readonly last: number }[] = [];
    const target: Target = {
      ...{ text: 'lab:', auditAfterUs: 0, clock: undefined },
      connect: async () => undefined,
      lastSeq: async () => 0,
      has: async () => true,
      async send(_, { first, last }) {
        sent.push({ atMs: nowMs, first, last });
        return 0;
      },
      put: async () => undefined,
      find: async (_, segments) => segments.map(() => true),
      close: async () => undefined,
    };
    const outbox = new Outbox(path);
    const say = () => undefined;
    const shipper = new Shipper({
      ...{ outbox, target, nowUs, say, name: 'lab', what: parseWhat('failures,slow') },
      ...{
        state: new StateFile(join(directory, 'ship'), 'lab'),
        origin: { host: 'lab', machine: 'm', file: outbox.file },
      },
    });
    let caughtUpMs: number | undefined;
    const timer: Timer = {
      nowMs: () => nowMs,
      async wait(ms) {
        if (ms <= 0) return;
        const before = Math.floor(nowMs / 1_000);
        nowMs += ms;
        for (let second = before + 1; second <= Math.floor(nowMs / 1_000); second++) host.end(INFLOW, backS + second);
        if (shipper.waiting >= SEGMENT_ROWS) return;
        caughtUpMs ??= nowMs;
        asked.abort();
      },
    };
    try {
      await shipOn({ shipper, outbox, pace: PACE, nowUs, say, timer }, asked.signal);
    } finally {
      outbox.close();
      host.close();
    }
    let [next, rows] = [1, 0];
    for (const { first, last, atMs } of sent) {
      deepEqual([first, last - first < SEGMENT_ROWS], [next, true], 'each once, in order, and no segment too large');
      next = last + 1;
      // The inflow of a minute is counted by whole commits.
      const most = SEGMENT_ROWS + (1.1 * ROWS_A_SECOND * atMs) / 1_000;
      rows += last - first + 1;
      ok(rows <= most, `${rows} rows by ${atMs} ms: at most ${most}`);
    }
    // What waited, and what came meanwhile.
    const fastestS = (AWAY + 60 * INFLOW - 2 * SEGMENT_ROWS) / (1.1 * ROWS_A_SECOND - INFLOW);
    const tookS = (caughtUpMs ?? Number.POSITIVE_INFINITY) / 1_000;
    ok(tookS >= fastestS && tookS <= 1.4 * fastestS, `caught up after ${tookS} s of ${fastestS} s at least`);
  });
});

/** A host whose recorder goes on. */
class Host {
  private readonly database;
  private readonly run;
  private readonly writer;
  private lastId = 0;

  constructor(path: string) {
    this.database = openForWriting(path);
    this.run = new RunRecord(this.database, LAB_RUN);
    this.writer = new HistoryWriter(this.database);
  }

  /** A commit with so many connections that have ended by then, seconds. */
  end(count: number, atS: number): void {
    const connections = Array.from({ length: count }, (): Connection => {
      const id = ++this.lastId;
      const ends = [
        [atS - 0.01, 'ESTAB'],
        [atS, 'UNCONN'],
      ] as const;
      return connectionOf(id, ends, { closeReason: id % 10 === 0 ? 'refused' : 'orderly' });
    });
    const changed = connections.map((connection) => ({ connection, isNew: true, firstNewStep: 0 }));
    this.writer.write({ ...NO_CHANGES, connections: changed, throughUs: usAt(atS) }, usAt(atS));
    this.run.beat(usAt(atS));
  }

  close(): void {
    this.database.close();
  }
}
