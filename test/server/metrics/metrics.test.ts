import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { execa } from 'execa';
import fc from 'fast-check';
import type { Connection } from '../../../src/model/connection.js';
import type { ChangedConnection } from '../../../src/model/history-batch.js';
import { METRIC_LABELS } from '../../../src/query/metrics/metric-row.js';
import { CounterFile } from '../../../src/server/metrics/counter-file.js';
import { Metrics } from '../../../src/server/metrics/metrics.js';
import { openForWriting } from '../../../src/store/database.js';
import { reopenUnreached } from '../../../src/store/foreseen.js';
import { Pruner } from '../../../src/store/pruner.js';
import { RunRecord } from '../../../src/store/runs.js';
import { HistoryWriter } from '../../../src/store/writer.js';
import { BASE_US, batchOf, connectionOf, type Entered, LAB_RUN, usAt } from '../../lab/history.js';
import { databaseInMemory } from '../../lab/memory-database.js';
import { missing } from '../../lab/privileges.js';
import { Stage } from '../../lab/stage.js';
import { cumulative, nonZero, scrape, scrapedOf } from './scraped.js';

/** A history that is being recorded. */
class Recording implements Disposable {
  private readonly run: RunRecord;
  private readonly writer: HistoryWriter;
  private readonly known = new Map<number, number>();

  constructor(readonly database: Database.Database = databaseInMemory()) {
    this.run = new RunRecord(database, LAB_RUN);
    this.writer = new HistoryWriter(database);
  }

  /** Writes connections as they are at a time, seconds after the beginning; those that were written before are changed. */
  write(atS: number, connections: readonly Connection[], more: Parameters<typeof batchOf>[0] = {}): void {
    const changed = connections.map((connection): ChangedConnection => {
      const firstNewStep = this.known.get(connection.id);
      this.known.set(connection.id, connection.steps.length);
      return { connection, isNew: firstNewStep === undefined, firstNewStep: firstNewStep ?? 0 };
    });
    this.writer.write({ ...batchOf(more), connections: changed }, usAt(atS));
    this.run.beat(usAt(atS));
  }

  [Symbol.dispose](): void {
    this.database.close();
  }
}

const SERVED = {
  family: 4,
  localAddr: '10.0.0.1',
  localPort: 443,
  remoteAddr: '10.0.0.9',
  remotePort: 51_000,
} as const;
const connecting = (id: number, atS: number, more: Partial<Connection> = {}) =>
  connectionOf(id, [[atS, 'SYN-SENT']], more);
const failed = (id: number, closeReason: Connection['closeReason'], more: Partial<Connection> = {}) =>
  connectionOf(
    id,
    [
      [1, 'SYN-SENT'],
      [2, 'UNCONN'],
    ],
    { closeReason, ...more },
  );

describe('metrics of a history', () => {
  const stage = new Stage();
  after(() => stage[Symbol.asyncDispose]());

  it('count what was established, what failed and why, and how connections ended', async () => {
    using recording = new Recording();
    recording.write(
      60,
      [
        connectionOf(
          1,
          [
            [1, 'SYN-SENT'],
            [4.5, 'ESTAB'],
            [9.5, 'FIN-WAIT-1'],
            [10, 'UNCONN'],
          ],
          { rttUs: 3_000 },
        ),
        failed(2, 'refused'),
        failed(3, 'timed out'),
        failed(4, 'unreachable'),
        failed(5, 'unreachable'),
        failed(6, 'aborted'),
        failed(7, 'reset by peer'),
        connectionOf(
          8,
          [
            [1, 'SYN-RECV'],
            [1, 'ESTAB'],
            [21, 'UNCONN'],
          ],
          { origin: 'accept', tuple: SERVED, closeReason: 'reset by peer' },
        ),
        connectionOf(
          9,
          [
            [5, 'ESTAB', 'snapshot', 'no bound'],
            [6, 'UNCONN'],
          ],
          { origin: 'before-recording' },
        ),
        connectionOf(10, [[1, 'LISTEN']], { origin: 'listen', tuple: { ...SERVED, remotePort: 0 } }),
        connectionOf(11, [[20, 'ESTAB', 'snapshot', 'no bound']], { origin: 'before-recording' }),
        connecting(12, 30),
      ],
      {
        events: [
          { connectionId: 4, atUs: usAt(2), kind: 'error', detail: 'EHOSTUNREACH' },
          { connectionId: 5, atUs: usAt(2), kind: 'error', detail: 'ENETUNREACH' },
          { connectionId: 1, atUs: usAt(2), kind: 'retransmit', detail: 'SYN' },
          { connectionId: 8, atUs: usAt(2), kind: 'retransmit', detail: 'SYN-ACK' },
          { connectionId: 1, atUs: usAt(5), kind: 'retransmit', detail: 'data' },
          { connectionId: 8, atUs: usAt(21), kind: 'reset', detail: 'received' },
          { connectionId: undefined, atUs: usAt(22), kind: 'reset', detail: 'sent no socket 10.0.0.1:1 > 10.0.0.2:2' },
        ],
        gaps: [{ fromUs: usAt(3), toUs: usAt(5.5) }],
      },
    );
    const scraped = await scrape(new Metrics(recording.database), usAt(61));
    const prefix = 'system_network_tcp_';
    deepEqual(nonZero(scraped, `${prefix}connections`), {
      [`${prefix}connections{state="established"}`]: 1,
      [`${prefix}connections{state="listen"}`]: 1,
      [`${prefix}connections{state="syn_sent"}`]: 1,
    });
    deepEqual(nonZero(scraped, `${prefix}connection_successes_total`), {
      [`${prefix}connection_successes_total{role="client"}`]: 1,
      [`${prefix}connection_successes_total{role="server"}`]: 1,
    });
    deepEqual(
      nonZero(scraped, `${prefix}connection_failures_total`),
      Object.fromEntries(
        ['refused', 'timed-out', 'host-unreachable', 'net-unreachable', 'aborted', 'reset'].map((type) => [
          `${prefix}connection_failures_total{error_type="${type}",role="client"}`,
          1,
        ]),
      ),
    );
    deepEqual(nonZero(scraped, 'sstory_connections_closed_total{close_reason="orderly"'), {
      'sstory_connections_closed_total{close_reason="orderly",role="client"}': 1,
      'sstory_connections_closed_total{close_reason="orderly",role="unknown"}': 1,
    });
    deepEqual(nonZero(scraped, `${prefix}retransmits`), {
      [`${prefix}retransmits_total{kind="syn"}`]: 2,
      [`${prefix}retransmits_total{kind="data"}`]: 1,
    });
    deepEqual(nonZero(scraped, `${prefix}resets`), {
      [`${prefix}resets_total{direction="received"}`]: 1,
      [`${prefix}resets_total{direction="sent"}`]: 1,
    });
    equal(scraped.get(`${prefix}handshake_duration_seconds_bucket{role="client",le="3"}`), 0);
    equal(scraped.get(`${prefix}handshake_duration_seconds_bucket{role="client",le="7"}`), 1);
    equal(scraped.get(`${prefix}connection_duration_seconds_sum{role="client"}`), 5.5);
    equal(scraped.get(`${prefix}connection_duration_seconds_sum{role="server"}`), 20);
    equal(scraped.get(`${prefix}rtt_duration_seconds_sum{role="client"}`), 0.003);
    equal(scraped.get('sstory_state_seconds_sum{state="fin_wait_1"}'), 0.5);
    equal(scraped.get('sstory_state_oldest_seconds{state="syn_sent"}'), 30);
    equal(scraped.get('sstory_gaps_total{scope="transitions",reason="sequence"}'), 1);
    equal(scraped.get('sstory_gap_events_total{scope="transitions",reason="sequence"}'), 3);
    equal(scraped.get('sstory_gap_seconds_total{scope="transitions",reason="sequence"}'), 2.5);
    equal(scraped.get('sstory_behind_seconds'), 1);
    equal(scraped.get('sstory_recorder_running'), 1);
    equal(scraped.get('sstory_metrics_counted'), 1);
  });

  it('count what is new since the last scrape, each connection once', async () => {
    using recording = new Recording();
    const metrics = new Metrics(recording.database);
    const successes = 'system_network_tcp_connection_successes_total{role="client"}';
    const closed = 'sstory_connections_closed_total{close_reason="orderly",role="client"}';
    const open = 'system_network_tcp_connections{state="established"}';
    const counts = async () => {
      const scraped = await scrape(metrics);
      return [scraped.get(successes), scraped.get(open), scraped.get(closed) ?? 0];
    };
    deepEqual(await counts(), [0, 0, 0]);
    const steps: Entered[] = [
      [1, 'SYN-SENT'],
      [2, 'ESTAB'],
      [3, 'UNCONN'],
    ];
    recording.write(1, [connectionOf(5, steps.slice(0, 1))]);
    deepEqual(await counts(), [0, 0, 0]);
    recording.write(2, [connectionOf(5, steps.slice(0, 2))]);
    deepEqual(await counts(), [1, 1, 0]);
    // Its id is lower than one that was read already.
    recording.write(3, [connectionOf(5, steps), connectionOf(4, steps.slice(0, 2))]);
    deepEqual(await counts(), [2, 1, 1]);
    recording.write(4, [connectionOf(3, steps), connectionOf(4, steps)]);
    deepEqual(await counts(), [3, 0, 3]);
    deepEqual(await counts(), [3, 0, 3]);
  });

  it('count a TIME-WAIT as ended once, also where a new run opens it again', async () => {
    using recording = new Recording();
    const steps: Entered[] = [
      [1, 'SYN-SENT'],
      [2, 'ESTAB'],
      [3, 'TIME-WAIT'],
    ];
    const waiting = connectionOf(1, steps, {
      closeReason: 'orderly',
      foreseenEnd: { closedUs: usAt(63), notBeforeUs: usAt(62) },
    });
    const metrics = new Metrics(recording.database);
    const counts = async () => {
      const scraped = await scrape(metrics);
      return [
        'sstory_connections_closed_total{close_reason="orderly",role="client"}',
        'system_network_tcp_connections{state="time_wait"}',
      ].map((name) => scraped.get(name));
    };
    recording.write(4, [waiting]);
    deepEqual(await counts(), [1, 1]);
    reopenUnreached(recording.database);
    deepEqual(await counts(), [1, 1]);
    recording.write(70, [connectionOf(1, [...steps, [65, 'UNCONN', 'snapshot', 60]])]);
    deepEqual(await counts(), [1, 0]);
  });

  it('count one as ended when it enters TIME-WAIT, also where its row is open until its end', async () => {
    using recording = new Recording();
    const steps: Entered[] = [
      [1, 'SYN-SENT'],
      [2, 'ESTAB'],
      [3, 'TIME-WAIT'],
      [63, 'UNCONN'],
    ];
    const closed = 'sstory_connections_closed_total{close_reason="orderly",role="client"}';
    const duration = 'system_network_tcp_connection_duration_seconds_sum{role="client"}';
    const metrics = new Metrics(recording.database);
    const seen: (number | undefined)[][] = [];
    for (const [atS, count] of [
      [2, 2],
      [3, 3],
      [40, 3],
      [63, 4],
    ] as const) {
      const closeReason = count > 2 ? 'orderly' : undefined;
      recording.write(atS, [connectionOf(1, steps.slice(0, count), { closeReason })]);
      const scraped = await scrape(metrics);
      seen.push([scraped.get(closed), scraped.get(duration)]);
    }
    deepEqual(seen, [
      [undefined, undefined],
      [1, 1],
      [1, 1],
      [1, 1],
    ]);
    const once = await scrape(new Metrics(recording.database));
    deepEqual([once.get(closed), once.get(duration)], [1, 1]);
  });

  it('go on when their process is restarted', async () => {
    using recording = new Recording();
    recording.write(2, [failed(1, 'refused'), connecting(2, 1), connecting(3, 1), connectionOf(4, [[1, 'ESTAB']])], {
      events: [{ connectionId: 1, atUs: usAt(1), kind: 'retransmit', detail: 'SYN' }],
      gaps: [{ fromUs: usAt(1), toUs: usAt(2) }],
    });
    const before = new Metrics(recording.database);
    const values = cumulative(await scrape(before));
    deepEqual(cumulative(await scrape(new Metrics(recording.database))), values);
    const stored = JSON.parse(JSON.stringify(before.stored()));
    recording.write(9, [
      failed(2, 'refused'),
      connectionOf(4, [
        [1, 'ESTAB'],
        [5, 'UNCONN'],
      ]),
      failed(5, 'timed out'),
    ]);
    const after = cumulative(await scrape(new Metrics(recording.database, {}, stored)));
    deepEqual(after, cumulative(await scrape(before)));
    deepEqual(after, cumulative(await scrape(new Metrics(recording.database))));
  });

  it('are not replaced by those of a process that has counted less', async () => {
    using recording = new Recording(openForWriting(join(await stage.directory(), 'counted.db')));
    const refused = 'system_network_tcp_connection_failures_total{error_type="refused",role="client"}';
    recording.write(2, [failed(1, 'refused'), failed(2, 'refused')]);
    const file = new CounterFile(recording.database, []);
    const behind = file.metrics({});
    await scrape(behind);
    recording.write(4, [failed(3, 'refused'), failed(4, 'refused')]);
    const ahead = file.metrics({});
    await scrape(ahead);
    file.write(ahead);
    file.write(behind);
    const pruner = new Pruner(recording.database, { retainUs: 1, maxBytes: undefined, sparePages: 0 });
    while (!pruner.work(usAt(10), 1_000));
    equal((await scrape(file.metrics({}))).get(refused), 4);
  });

  it('never go back, whatever is pruned', async () => {
    using recording = new Recording();
    const running = new Metrics(recording.database);
    recording.write(10, [failed(1, 'refused'), failed(2, 'refused'), connecting(3, 5)], {
      events: [{ connectionId: 1, atUs: usAt(1), kind: 'retransmit', detail: 'SYN' }],
      gaps: [{ fromUs: usAt(1), toUs: usAt(2) }],
    });
    const before = cumulative(await scrape(running));
    const stored = running.stored();
    const pruner = new Pruner(recording.database, { retainUs: 1, maxBytes: undefined, sparePages: 0 });
    while (!pruner.work(usAt(10), 1_000));
    equal(recording.database.prepare('SELECT count(*) FROM socket').pluck().get(), 1);
    deepEqual(cumulative(await scrape(running)), before);
    const later = new Metrics(recording.database);
    const refused = 'system_network_tcp_connection_failures_total{error_type="refused",role="client"}';
    equal((await scrape(later)).get(refused), 0);
    recording.write(20, [
      connectionOf(
        3,
        [
          [5, 'SYN-SENT'],
          [15, 'UNCONN'],
        ],
        { closeReason: 'refused' },
      ),
    ]);
    const [one, other, fresh] = [
      await scrape(running),
      await scrape(new Metrics(recording.database, {}, stored)),
      await scrape(later),
    ];
    deepEqual([one.get(refused), other.get(refused), fresh.get(refused)], [3, 3, 1]);
  });

  it('have at most 200 series each, and count what was folded', async () => {
    using recording = new Recording();
    const connections = Array.from({ length: 300 }, (_, index) =>
      failed(index + 1, 'refused', { comm: `worker-${index}` }),
    );
    const open = Array.from({ length: 300 }, (_, index) => connecting(index + 1_001, 1, { comm: `worker-${index}` }));
    recording.write(5, [...connections, ...open]);
    const scraped = await scrape(new Metrics(recording.database, { labels: METRIC_LABELS }));
    for (const [name, metric] of [
      ['system_network_tcp_connection_failures_total', 'failures'],
      ['system_network_tcp_connections', 'gauge'],
    ] as const) {
      const series = [...scraped].filter(([key]) => key.startsWith(`${name}{`));
      ok(series.length <= 200, `${metric}: ${series.length}`);
      equal(
        series.reduce((sum, [, value]) => sum + value, 0),
        300,
      );
      const other = series.filter(([key]) => key.includes('comm="other",port="other"'));
      equal(other.length, 1);
      equal(scraped.get(`sstory_metrics_folded_total{metric="${name}"}`), other[0]?.[1]);
    }
    ok(![...scraped.keys()].some((key) => key.includes('port="40')), 'the port of a client');
  });

  it('escape what a process calls itself', async () => {
    using recording = new Recording();
    recording.write(5, [failed(1, 'refused', { comm: 'a"b\\c\nd\u001b' })]);
    const text = await new Metrics(recording.database, { labels: ['comm'] }).scrape();
    match(text, /comm="a\\"b\\\\c\\\\x0ad\\\\x1b"/);
  });

  it('find open connections by their index', () => {
    using recording = new Recording();
    recording.write(5, [failed(1, 'refused'), connecting(2, 1)]);
    const { database } = recording;
    const prepare = database.prepare.bind(database);
    const plans: string[] = [];
    Object.assign(database, {
      prepare: (sql: string) => {
        if (/FROM socket\s+WHERE life_class = 0/.test(sql)) {
          const plan = prepare(`EXPLAIN QUERY PLAN ${sql}`).all(sql.includes('@lastId') ? { lastId: 9 } : {});
          plans.push(...(plan as { detail: string }[]).map(({ detail }) => detail));
        }
        return prepare(sql);
      },
    });
    new Metrics(database, { labels: METRIC_LABELS });
    deepEqual([plans.length, plans.filter((plan) => !plan.includes('socket_open'))], [2, []]);
  });

  it('say that nothing is recorded', async () => {
    const empty = databaseInMemory();
    const scraped = await scrape(new Metrics(empty));
    empty.close();
    equal(scraped.get('sstory_recorder_running'), 0);
    ok(!scraped.has('sstory_behind_seconds'));
  });

  it('are what promtool accepts', async function () {
    using recording = new Recording();
    recording.write(5, [failed(1, 'refused', { rttUs: 5 }), connecting(2, 1)], {
      gaps: [{ fromUs: usAt(1), toUs: usAt(2) }],
    });
    for (const labels of [[], METRIC_LABELS]) {
      const input = await new Metrics(recording.database, { labels }).scrape();
      const { exitCode, stdout, stderr, code } = await execa('promtool', ['check', 'metrics'], {
        input,
        reject: false,
      });
      if (code === 'ENOENT') missing(this, 'needs promtool (scripts/setup.sh test installs it)');
      deepEqual([exitCode, stdout, stderr], [0, '', '']);
    }
  });
});

describe('metrics of any history', () => {
  const life = fc.record({
    steps: fc.shuffledSubarray(['ESTAB', 'FIN-WAIT-1', 'FIN-WAIT-2', 'CLOSE-WAIT', 'TIME-WAIT'] as const),
    isClosed: fc.boolean(),
    origin: fc.constantFrom('connect', 'accept', 'before-recording', 'listen'),
    closeReason: fc.constantFrom('orderly', 'refused', 'aborted', 'timed out', 'failed'),
  });
  const steps = ({
    steps: states,
    origin,
    isClosed,
  }: {
    steps: readonly Entered[1][];
    origin: string;
    isClosed: boolean;
  }) => {
    // Nothing but its end follows TIME-WAIT.
    const ordered = states.toSorted((one, other) => Number(one === 'TIME-WAIT') - Number(other === 'TIME-WAIT'));
    const first: Entered[1] = origin === 'listen' ? 'LISTEN' : origin === 'connect' ? 'SYN-SENT' : 'SYN-RECV';
    const all: Entered[1][] = [
      first,
      ...(origin === 'listen' ? [] : ordered),
      ...(isClosed ? ['UNCONN' as const] : []),
    ];
    return all.map((state, index): Entered => [index + 1, state]);
  };

  it('are the same whether they are scraped while it is written or once at the end', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(life, { maxLength: 6 }), fc.boolean(), async (lives, restarts) => {
        using recording = new Recording();
        let metrics = new Metrics(recording.database);
        for (let atS = 1; atS <= 7; atS++) {
          recording.write(
            atS,
            lives.flatMap((each, index) => {
              const known = steps(each).filter(([stepS]) => stepS <= atS - (index % 3));
              const { origin, closeReason } = each;
              const isOver = known.some(([, state]) => state === 'UNCONN' || state === 'TIME-WAIT');
              return known.length === 0
                ? []
                : [connectionOf(index + 1, known, { origin, closeReason: isOver ? closeReason : undefined })];
            }),
          );
          await metrics.scrape();
          if (restarts) metrics = new Metrics(recording.database, {}, JSON.parse(JSON.stringify(metrics.stored())));
        }
        const once = await new Metrics(recording.database).scrape(BASE_US);
        deepEqual(scrapedOf(await metrics.scrape(BASE_US)), scrapedOf(once));
      }),
      { numRuns: 100 },
    );
  });
});
