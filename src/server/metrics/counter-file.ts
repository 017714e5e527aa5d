/**
 * Where counters are kept while no process counts: a file beside the database, DATABASE-metrics, with the labels behind it. Without it, or where it cannot be
 * written, a restart counts the whole history again; where that was pruned, counters begin at 0.
 */
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import type Database from 'better-sqlite3';
import { historyUuid } from '../../query/history-facts.js';
import { Metrics, type MetricsOptions, type StoredMetrics } from './metrics.js';

const FORMAT = 1;
/** A million open connections take less. */
const MOST_BYTES = 64 << 20;

interface Content {
  readonly format: number;
  /** Of the history that was counted. */
  readonly uuid: string;
  readonly metrics: StoredMetrics;
}

export class CounterFile {
  private readonly path: string;
  private readonly uuid: string | undefined;

  /** `labels`: by which it is counted; each choice has a file of its own. */
  constructor(
    private readonly database: Database.Database,
    labels: readonly string[],
  ) {
    this.path = [`${database.name}-metrics`, ...labels].join('-');
    this.uuid = historyUuid(database);
  }

  /** Metrics that go on from what is stored, where that can be used. */
  metrics(options: MetricsOptions): Metrics {
    const stored = this.read();
    try {
      return new Metrics(this.database, options, stored);
    } catch (error) {
      // It is of the right history, and not what this version stores.
      if (stored === undefined) throw error;
      return new Metrics(this.database, options);
    }
  }

  /** What was counted of this history; undefined: nothing, or it cannot be read. */
  private read(): StoredMetrics | undefined {
    try {
      const { format, uuid, metrics } = JSON.parse(this.text()) as Content;
      return format === FORMAT && uuid === this.uuid ? metrics : undefined;
    } catch {
      return undefined;
    }
  }

  /** Replaces what is stored, unless another process has counted further. Only the owner of the database does: others may not be able to the next time. */
  write(metrics: Metrics): void {
    const stored = metrics.stored();
    if (stored === undefined || this.uuid === undefined || !this.isOwner()) return;
    const known = this.read();
    if (known !== undefined && isAhead(known, stored)) return;
    const content: Content = { format: FORMAT, uuid: this.uuid, metrics: stored };
    const temporary = `${this.path}.${process.pid}.part`;
    try {
      writeFileSync(temporary, JSON.stringify(content), { flag: 'wx', mode: 0o600 });
      renameSync(temporary, this.path);
    } catch {
      // The directory is not writable, or full.
      rmSync(temporary, { force: true });
    }
  }

  /** Of a file of this user: another one could have it count anything. */
  private text(): string {
    const file = openSync(this.path, constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      const { uid, size } = fstatSync(file);
      if (uid !== process.geteuid?.() || size > MOST_BYTES) throw new Error('not to be trusted');
      return readFileSync(file, 'utf8');
    } finally {
      closeSync(file);
    }
  }

  private isOwner(): boolean {
    return statSync(this.database.name, { throwIfNoEntry: false })?.uid === process.geteuid?.();
  }
}

/** What was pruned since cannot be counted again. `stored` is whatever the file holds. */
function isAhead(stored: Partial<StoredMetrics>, other: StoredMetrics): boolean {
  const { connections, lastEvent = 0 } = stored;
  return (connections?.lastId ?? 0) > other.connections.lastId || lastEvent > other.lastEvent;
}
