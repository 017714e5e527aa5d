import { statSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { METRIC_LABELS } from '../../query/metrics/metric-row.js';
import { openForReading } from '../../store/database.js';
import { isOfSchemaBefore } from '../../store/previous-schema.js';
import { type FailedAnswer, failedAnswer } from '../failure.js';
import { CounterFile } from './counter-file.js';
import type { Metrics } from './metrics.js';

export type ScrapeReply =
  | { readonly kind: 'text'; readonly text: string }
  | ({ readonly kind: 'failed' } & FailedAnswer);

/** What answers scrapes. Those at the same time get the same answer. */
export interface ScrapeSource {
  scrape(): Promise<ScrapeReply>;
  close(): Promise<void>;
}

/** Counters are stored so often: what a killed process had not stored, the next one counts again. */
const STORED_EVERY_MS = 10_000;

/** Counts in this process, in slices of about 20 ms. */
export class Scrapes implements ScrapeSource {
  private counted: { database: Database.Database; metrics: Metrics; file: CounterFile } | undefined;
  /** Of the file that is open: the path may stand for another one later. */
  private inode = 0;
  private storedMs = Number.NEGATIVE_INFINITY;
  private answering: Promise<ScrapeReply> | undefined;

  constructor(
    private readonly path: string,
    private readonly labels: readonly string[],
  ) {}

  scrape(): Promise<ScrapeReply> {
    this.answering ??= this.answer().finally(() => {
      this.answering = undefined;
    });
    return this.answering;
  }

  /** Stores the counters. */
  async close(): Promise<void> {
    await this.answering;
    this.store();
    this.counted?.database.close();
    this.counted = undefined;
  }

  private async answer(): Promise<ScrapeReply> {
    try {
      const text = await this.open().metrics.scrape();
      if (performance.now() - this.storedMs >= STORED_EVERY_MS) this.store();
      return { kind: 'text', text };
    } catch (error) {
      return { kind: 'failed', ...failedAnswer(error) };
    }
  }

  private store(): void {
    this.storedMs = performance.now();
    if (this.counted !== undefined) this.counted.file.write(this.counted.metrics);
  }

  private open() {
    const inode = statSync(this.path, { throwIfNoEntry: false })?.ino ?? 0;
    if (this.counted !== undefined) {
      if (inode === this.inode && !isOfSchemaBefore(this.counted.database)) return this.counted;
      this.counted.database.close();
    }
    this.counted = undefined;
    const database = openForReading(this.path);
    const labels = METRIC_LABELS.filter((label) => this.labels.includes(label));
    const file = new CounterFile(database, labels);
    this.counted = { database, file, metrics: file.metrics({ labels }) };
    this.inode = inode;
    return this.counted;
  }
}
