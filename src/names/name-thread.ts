import { Worker } from 'node:worker_threads';
import type { NameRecord } from '../model/name.js';
import { WakeUp } from '../sys/waiting-thread.js';
import type { Missed, WorkerData, WorkerOptions, WorkerOrder, WorkerReport } from './name-worker.js';

/** Longer than any poll: a thread that has not answered by then is terminated. */
const STOP_WITHIN_MS = 2_000;

/** Observes which addresses names resolve to, in a thread of its own. */
export class Names {
  private readonly worker: Worker;
  private readonly wakeUp = new WakeUp();
  private take: ((records: readonly NameRecord[]) => void) | undefined;
  private readonly untaken: (readonly NameRecord[])[] = [];
  private readonly ended: Promise<void>;
  private end: () => void = () => undefined;
  private reportMissed: ((missed: Missed) => void) | undefined;
  private readonly unreported: Missed[] = [];

  /**
   * Resolves when it listens: with the reason where it cannot receive DNS answers (hosts files are read all the same), else
   * undefined. Never fails.
   */
  readonly ready: Promise<string | undefined>;
  /** Resolves if the thread fails, with the reason. */
  readonly failed: Promise<string>;

  constructor(options: WorkerOptions) {
    const workerData: WorkerData = { ...options, wakeUp: this.wakeUp.memory };
    this.worker = new Worker(new URL('./name-worker.js', import.meta.url), { workerData });
    this.worker.unref();
    this.ended = new Promise((resolve) => {
      this.end = resolve;
    });
    this.worker.on('exit', () => this.end());
    this.failed = new Promise((resolve) => {
      this.worker.on('error', (error) => resolve(error.message));
    });
    const ready = new Promise<string | undefined>((resolve) => {
      this.worker.on('message', (report: WorkerReport) => {
        if (report.kind === 'ready') resolve(report.refusal);
        else if (report.kind === 'changed') this.deliver(report.records);
        else if (report.kind === 'missed') this.miss(report.missed);
        else this.end();
      });
    });
    this.ready = Promise.race([ready, this.failed]);
  }

  /**
   * Delivers new records, and known ones (same name, address, source, namespace and beginning) whose end has changed;
   * first those that have come already.
   */
  onChanged(take: (records: readonly NameRecord[]) => void): void {
    this.take = take;
    for (const records of this.untaken.splice(0)) take(records);
  }

  /** Reports what was missed so far, whenever it grows; first what was missed already. */
  onMissed(report: (missed: Missed) => void): void {
    this.reportMissed = report;
    for (const missed of this.unreported.splice(0)) report(missed);
  }

  /** Network namespaces have appeared or ended. */
  follow(): void {
    this.order('follow');
  }

  /** Delivers the rest, and ends. */
  async stop(): Promise<void> {
    this.worker.ref();
    this.order('stop');
    const timeout = setTimeout(this.end, STOP_WITHIN_MS);
    await this.ended;
    clearTimeout(timeout);
    this.take = () => undefined;
    this.reportMissed = () => undefined;
    void this.worker.terminate();
  }

  private miss(missed: Missed): void {
    if (this.reportMissed === undefined) this.unreported.push(missed);
    else this.reportMissed(missed);
  }

  private deliver(records: readonly NameRecord[]): void {
    if (this.take === undefined) this.untaken.push(records);
    else this.take(records);
  }

  private order(order: WorkerOrder): void {
    this.wakeUp.send(this.worker, order);
  }
}

/** Starts the thread. */
export function openNames(options: WorkerOptions): Names {
  return new Names(options);
}
