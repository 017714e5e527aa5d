import { deepEqual, equal, ok } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type Database from 'better-sqlite3';
import { execaSync } from 'execa';
import { METRIC_LABELS } from '../../../src/query/metrics/metric-row.js';
import { type MetricsListener, startMetricsListener } from '../../../src/server/metrics/metrics-listener.js';
import { Scrapes } from '../../../src/server/metrics/scrapes.js';
import { openForWriting } from '../../../src/store/database.js';
import { RunRecord } from '../../../src/store/runs.js';
import { HistoryWriter } from '../../../src/store/writer.js';
import { readHost } from '../../../src/sys/host.js';
import { METRICS } from '../../../src/view/prometheus/definitions.js';
import { batchOf, connectionOf, type Entered, LAB_RUN } from '../../lab/history.js';
import { missing } from '../../lab/privileges.js';
import { sstory } from '../../lab/sstory.js';
import { Stage } from '../../lab/stage.js';
import { until } from '../../lab/until.js';
import { PrometheusServer } from './prometheus-server.js';

const ROOT = new URL('../../../../', import.meta.url);
const ALERTS = fileURLToPath(new URL('docs/alerts.yml', ROOT));
const DASHBOARD = fileURLToPath(new URL('docs/grafana.json', ROOT));
const PAGE = fileURLToPath(new URL('docs/metrics.md', ROOT));
const TOKEN = 'a-token-of-some-length';
const FAILURES = 'system_network_tcp_connection_failures_total{error_type="refused",role="client"}';

interface Dashboard {
  readonly panels: readonly {
    readonly title: string;
    readonly type: string;
    readonly targets?: readonly { readonly expr: string }[];
  }[];
}

const dashboard = JSON.parse(readFileSync(DASHBOARD, 'utf8')) as Dashboard;
const expressions = dashboard.panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ expr }): [string, string] => [title, expr]),
);
/** The names that Prometheus has for a metric. */
const seriesNames = Object.values(METRICS).flatMap(({ name, type }) =>
  type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
);
const namesIn = (text: string) => [...text.matchAll(/\b(?:system_network_tcp|sstory)_\w+/g)].map(([name]) => name);

/** With the variables of the dashboard replaced as Grafana does. */
const replaced = (expression: string) => expression.replaceAll('$instance', '.*').replaceAll('$__rate_interval', '1m');

describe('what is documented of metrics', () => {
  it('names every one, with its labels and its type, and none that does not exist', () => {
    const page = readFileSync(PAGE, 'utf8');
    for (const definition of Object.values(METRICS)) {
      const row = page.split('\n').find((line) => line.startsWith(`| \`${definition.name}\``));
      ok(row, `${definition.name} is not in docs/metrics.md`);
      ok(row.includes(definition.type), `${definition.name}: ${definition.type}`);
      for (const label of 'labels' in definition ? definition.labels : []) ok(row.includes(`\`${label}\``), row);
    }
    const known = new Set<string>([...seriesNames, ...Object.values(METRICS).map(({ name }) => name)]);
    for (const text of [page, readFileSync(ALERTS, 'utf8'), ...expressions.map(([, expr]) => expr)])
      deepEqual(
        namesIn(text).filter((name) => !known.has(name)),
        [],
      );
  });

  it('has a panel for each', () => {
    const shown = new Set(expressions.flatMap(([, expr]) => namesIn(expr)));
    const missingOnes = Object.values(METRICS).filter(({ name }) => !shown.has(name) && !shown.has(`${name}_bucket`));
    deepEqual(
      missingOnes.map(({ name }) => name),
      [],
    );
  });
});

describe('a Prometheus', () => {
  const stage = new Stage();
  let database: Database.Database;
  let run: RunRecord;
  let writer: HistoryWriter;
  let listener: MetricsListener;
  let prometheus: PrometheusServer;
  let nextId = 1;

  /** Writes connections of the last second, and that the recorder is alive. */
  function write(count: number, outcome: 'refused' | 'established' | 'open'): void {
    const nowUs = Date.now() * 1_000;
    const startS = (nowUs - LAB_RUN.startedUs) / 1e6 - 1;
    const lives: Readonly<Record<typeof outcome, readonly Entered[]>> = {
      open: [[startS, 'SYN-SENT']],
      refused: [
        [startS, 'SYN-SENT'],
        [startS + 0.001, 'UNCONN'],
      ],
      established: [
        [startS, 'SYN-SENT'],
        [startS + 0.001, 'ESTAB'],
        [startS + 0.5, 'UNCONN'],
      ],
    };
    const more = outcome === 'refused' ? ({ closeReason: 'refused' } as const) : { rttUs: 800 };
    const connections = Array.from({ length: count }, () => connectionOf(nextId++, lives[outcome], more));
    const gaps = [{ fromUs: nowUs - 10, toUs: nowUs }];
    const events = [
      { connectionId: 1, atUs: nowUs, kind: 'retransmit', detail: 'SYN' },
      { connectionId: 1, atUs: nowUs, kind: 'reset', detail: 'received' },
    ] as const;
    writer.write({ ...batchOf({ connections, gaps, events }), throughUs: nowUs }, nowUs);
    run.beat(nowUs);
  }

  before(async function () {
    if (execaSync('prometheus', ['--version'], { reject: false }).failed)
      missing(this, 'needs prometheus (scripts/setup.sh test installs it)');
    const directory = await stage.directory();
    const file = join(directory, 'history.db');
    database = openForWriting(file);
    run = new RunRecord(database, { ...LAB_RUN, bootId: readHost().bootId });
    writer = new HistoryWriter(database);
    write(2, 'refused');
    const shipped = await sstory('ship', '--db', file, '--to', `dir:${join(directory, 'shipped')}`, '--once');
    equal(shipped.exitCode, 0, shipped.stderr);
    listener = await startMetricsListener({
      ...{ source: new Scrapes(file, METRIC_LABELS), host: '127.0.0.1', port: 0, token: TOKEN },
    });
    prometheus = await PrometheusServer.start(stage, { target: listener.address, token: TOKEN, rules: ALERTS });
  });
  after(async () => {
    await stage[Symbol.asyncDispose]();
    await listener?.close();
    database?.close();
  });

  const sum = (selector: string) => prometheus.value(`sum(${selector})`);

  it('scrapes them, with the token', async () => {
    await until('the first scrape', async () => (await sum(FAILURES)) === 2);
    equal(await prometheus.value('up{job="sstory"}'), 1);
    equal(await prometheus.value('sstory_recorder_running'), 1);
    deepEqual(
      (await prometheus.query(FAILURES)).map(({ metric: { comm, port } }) => [comm, port]),
      [['java', '9200']],
    );
  });

  it('sees what is recorded meanwhile', async () => {
    write(3, 'refused');
    write(5, 'established');
    await until('the next scrape', async () => (await sum(FAILURES)) === 5);
    equal(await sum('system_network_tcp_connection_successes_total'), 5);
    equal(await prometheus.value('sum(system_network_tcp_handshake_duration_seconds_count)'), 5);
    const failed = await until('a rate', () => prometheus.value(`sum(increase(${FAILURES}[1m])) > 0`));
    ok(failed > 0);
  });

  it('answers every expression of the dashboard', async () => {
    write(1, 'established');
    write(1, 'open');
    for (const [title, expression] of expressions) {
      const isFilter = / > 0$/.test(expression);
      const series = await until(
        `${title}: ${expression}`,
        async () => {
          const found = await prometheus.query(replaced(expression));
          return (found.length > 0 || isFilter) && found;
        },
        async () => JSON.stringify(await prometheus.query(replaced(expression))),
      );
      ok(
        series.every(({ value }) => value.length === 2),
        title,
      );
    }
  });

  it('evaluates every alert', async () => {
    const health = await until('all rules', async () => {
      const found = await prometheus.ruleHealth();
      return Object.values(found).every((each) => each !== 'unknown') && found;
    });
    equal(Object.keys(health).length, readFileSync(ALERTS, 'utf8').match(/- alert: /g)?.length);
    deepEqual([...new Set(Object.values(health))], ['ok']);
  });
});
