/**
 * What scrapes of Prometheus cost on a long history: CPU time of the first count, and of later scrapes.
 *
 *     node dist/scripts/bench/metrics.js [--connections 10000000] [--db FILE] [--keep]
 *
 * The database is made in the directory for temporary files unless --db names one that is there.
 */
import { existsSync } from 'node:fs';
import { METRIC_LABELS, type MetricLabel } from '../../src/query/metrics/metric-row.js';
import { Metrics } from '../../src/server/metrics/metrics.js';
import { openForReading } from '../../src/store/database.js';
import { median, say } from './figures.js';
import { historyArguments } from './history-arguments.js';
import { longHistory, writeLongHistory } from './long-history.js';
import { TemporaryDirectory } from './temporary-directory.js';

const ROUNDS = 15;

/** CPU milliseconds of all threads. */
async function cpuMs(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

async function bench(path: string, labels: readonly MetricLabel[]): Promise<void> {
  const database = openForReading(path);
  const { open, all } = database
    .prepare<[], { open: number; all: number }>('SELECT sum(life_class = 0) AS open, count(*) AS "all" FROM socket')
    .get() ?? { open: 0, all: 0 };
  const metrics = new Metrics(database, { labels, withinMs: Number.POSITIVE_INFINITY });
  const first = await cpuMs(() => metrics.scrape());
  const later: number[] = [];
  for (let round = 0; round < ROUNDS; round++) later.push(await cpuMs(() => metrics.scrape()));
  const stored = JSON.stringify(metrics.stored()).length;
  database.close();
  const what = labels.length === 0 ? 'without labels' : `--label ${labels.join(' --label ')}`;
  say(
    `${what}: ${all} connections, ${open} of them open: first count ${(first / 1_000).toFixed(1)} s of CPU, ` +
      `a scrape ${Math.min(...later).toFixed(0)} ms (median ${median(later).toFixed(0)} ms); ${stored} bytes stored`,
  );
}

const { connections, db, keep } = historyArguments();
using directory = new TemporaryDirectory();
const path = db ?? directory.file('history.db');
if (!existsSync(path)) writeLongHistory(path, longHistory(connections));
await bench(path, []);
await bench(path, METRIC_LABELS);
if (keep) say(`kept: ${path}`);
