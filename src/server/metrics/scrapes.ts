import type Database from 'better-sqlite3';
import { METRIC_LABELS } from '../../query/metrics/metric-row.js';
import { CurrentDatabase } from '../current-database.js';
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

interface Counted {
  readonly database: Database.Database;
  readonly metrics: Metrics;
  readonly file: CounterFile;
}

/** Counts in this process, in slices of about 20 ms. */
export class Scrapes implements ScrapeSource {
  private readonly current: CurrentDatabase;
  private counted: Counted | undefined;
  private storedMs = Number.NEGATIVE_INFINITY;
  private answering: Promise<ScrapeReply> | undefined;

  constructor(
    path: string,
    private readonly labels: readonly string[],
  ) {
    this.current = new CurrentDatabase(path);
  }

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
    this.current.close();
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

  private open(): Counted {
    const before = this.counted;
    // Where it cannot be opened again, the counters of the file before are not stored.
    this.counted = undefined;
    const database = this.current.open();
    this.counted = before?.database === database ? before : this.countIn(database);
    return this.counted;
  }

  private countIn(database: Database.Database): Counted {
    const labels = METRIC_LABELS.filter((label) => this.labels.includes(label));
    const file = new CounterFile(database, labels);
    return { database, file, metrics: file.metrics({ labels }) };
  }
}
