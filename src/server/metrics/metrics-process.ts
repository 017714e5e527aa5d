/**
 * The process that counts for scrapes: SQLite runs in the thread that calls it, and the server has to stay responsive. Started by
 * MetricsDesk with the path of the database and the labels.
 */
import { statSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { METRIC_LABELS } from '../../query/metrics/metric-row.js';
import { openForReading } from '../../store/database.js';
import { dieWithParent } from '../../sys/parent-death.js';
import { failedAnswer } from '../failure.js';
import { CounterFile } from './counter-file.js';
import { Metrics } from './metrics.js';
import type { ScrapeReply } from './metrics-desk.js';

/** Counters are stored so often: what a killed process had not stored, the next one counts again. */
const STORED_EVERY_MS = 10_000;

class Scrapes {
  private counted: { database: Database.Database; metrics: Metrics; file: CounterFile } | undefined;
  /** Of the file that is open: the path may stand for another one later. */
  private inode = 0;
  private storedMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly path: string,
    private readonly labels: readonly string[],
  ) {}

  async answer(): Promise<void> {
    try {
      const { metrics } = this.open();
      send({ kind: 'text', text: await metrics.scrape() });
      if (performance.now() - this.storedMs >= STORED_EVERY_MS) this.store();
    } catch (error) {
      send({ kind: 'failed', ...failedAnswer(error) });
    }
  }

  store(): void {
    this.storedMs = performance.now();
    if (this.counted !== undefined) this.counted.file.write(this.counted.metrics);
  }

  private open() {
    const inode = statSync(this.path, { throwIfNoEntry: false })?.ino ?? 0;
    if (this.counted !== undefined && inode === this.inode) return this.counted;
    this.counted?.database.close();
    this.counted = undefined;
    const database = openForReading(this.path);
    const file = new CounterFile(database);
    const labels = METRIC_LABELS.filter((label) => this.labels.includes(label));
    this.counted = { database, file, metrics: new Metrics(database, { labels }, file.read()) };
    this.inode = inode;
    return this.counted;
  }
}

function send(reply: ScrapeReply): void {
  process.send?.(reply);
}

dieWithParent();
const [path = '', ...labels] = process.argv.slice(2);
const scrapes = new Scrapes(path, labels);
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
process.on('message', () => void scrapes.answer());
process.on('disconnect', () => {
  scrapes.store();
  process.exit(0);
});
