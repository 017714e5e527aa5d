import { Worker } from 'node:worker_threads';
import type { NameRecord } from '../model/name.js';
import type { Losses } from './answer-listeners.js';
import type { WorkerNews, WorkerOptions, WorkerOrder } from './name-worker.js';

/** Longer than any poll: a thread that has not answered by then is not waited for. */
const STOP_WITHIN_MS = 2_000;

/** Hears which names stand for which addresses, in a thread of its own. */
export class Names {
  private readonly worker: Worker;
  private take: ((records: readonly NameRecord[]) => void) | undefined;
  private readonly untaken: (readonly NameRecord[])[] = [];
  private readonly ended: Promise<void>;
  private end: () => void = () => undefined;
  private tellMissed: ((losses: Losses) => void) | undefined;
  private missed: Losses | undefined;

  /**
   * Resolves when it hears: with the reason why it hears no DNS answers (hosts files are read all the same), undefined where it
   * does. Never fails.
   */
  readonly ready: Promise<string | undefined>;
  /** Resolves if the thread fails, with the reason. */
  readonly failed: Promise<string>;

  constructor(options: WorkerOptions) {
    this.worker = new Worker(new URL('./name-worker.js', import.meta.url), { workerData: options });
    this.worker.unref();
    this.ended = new Promise((resolve) => {
      this.end = resolve;
    });
    this.worker.on('exit', () => this.end());
    this.failed = new Promise((resolve) => {
      this.worker.on('error', (error) => resolve(error.message));
    });
    const ready = new Promise<string | undefined>((resolve) => {
      this.worker.on('message', (news: WorkerNews) => {
        if (news.kind === 'ready') resolve(news.refusal);
        else if (news.kind === 'changed') this.hand(news.records);
        else if (news.kind === 'missed') this.miss(news.losses);
        else this.end();
      });
    });
    this.ready = Promise.race([ready, this.failed]);
  }

  /**
   * Hands over new records, and known ones (same name, address, source, namespace and beginning) whose end is another now;
   * first all that have come already.
   */
  onChanged(take: (records: readonly NameRecord[]) => void): void {
    this.take = take;
    for (const records of this.untaken.splice(0)) take(records);
  }

  /** Tells what could not be heard so far, whenever there is more of it. */
  onMissed(told: (losses: Losses) => void): void {
    this.tellMissed = told;
    if (this.missed !== undefined) told(this.missed);
  }

  /** Network namespaces have come or gone. */
  follow(): void {
    this.order('follow');
  }

  /** Hands over what is there, and ends. */
  async stop(): Promise<void> {
    this.worker.ref();
    this.order('stop');
    const timeout = setTimeout(this.end, STOP_WITHIN_MS);
    await this.ended;
    clearTimeout(timeout);
    this.take = () => undefined;
    this.tellMissed = undefined;
    void this.worker.terminate();
  }

  private miss(losses: Losses): void {
    this.missed = losses;
    this.tellMissed?.(losses);
  }

  private hand(records: readonly NameRecord[]): void {
    if (this.take === undefined) this.untaken.push(records);
    else this.take(records);
  }

  private order(order: WorkerOrder): void {
    this.worker.postMessage(order);
  }
}

/** Starts the thread. */
export function openNames(options: WorkerOptions): Names {
  return new Names(options);
}
