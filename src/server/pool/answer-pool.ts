import { SstoryError } from '../../model/error.js';
import type { SliceOf } from '../query.js';
import { AnswerWorker, type Outcome, type TakePiece } from './answer-worker.js';
import type { Question } from './messages.js';
import { type Late, TimeLimit } from './time-limit.js';

/** Requests that may wait. */
const MOST_WAITING = 64;
/** Workers without work end after this time, milliseconds: an idle server is one process. */
const IDLE_MS = 120_000;
/** A request waits so long for a worker that has what it needs, before another one is started or asked, milliseconds. */
const PATIENCE_MS = 150;
/** A reader may take so long for one piece of an answer, and for all of them, milliseconds. */
const PIECE_MS = 30_000;
const READ_MS = 600_000;
/** A worker whose reader is slower than this no longer keeps others waiting, milliseconds: another one takes its place. */
const LENT_AFTER_MS = 250;
/** So many of them may have slow readers. */
const MOST_LENT = 4;
/** A worker that has written more than this ends, characters: it keeps the memory of its largest answer. */
const LARGE = 32_000_000;

export interface PoolOptions {
  readonly file: string;
  /** What the file is a slice of. */
  readonly slice?: SliceOf | undefined;
  readonly workers: number;
  /** How long one answer may take, without the time that its reader takes, milliseconds. */
  readonly withinMs: number;
  /** How long an answer that no one waits for any more may go on, milliseconds: the next one may need what it has read. */
  readonly graceMs: number;
  /** How long one piece may wait for its reader, milliseconds; default: 30 s. */
  readonly pieceMs?: number;
  /** Routes whose answers need what the last of them has read: one worker answers them, as long as it has the time. */
  readonly related?: ReadonlySet<string>;
}

interface Job {
  readonly question: Question;
  readonly text: TakePiece;
  readonly gone: AbortSignal;
  readonly resolve: (outcome: Outcome) => void;
  readonly askedMs: number;
}

/** Processes that answer requests, each one at a time. A slow request, or a slow reader, keeps one of them, not the others. */
export class AnswerPool {
  private readonly idle: AnswerWorker[];
  private readonly busy = new Set<AnswerWorker>();
  /** With slow readers. */
  private readonly lent = new Set<AnswerWorker>();
  private readonly starting = new Set<AnswerWorker>();
  private readonly waiting: Job[] = [];
  /** It answered the last related question. */
  private home: AnswerWorker | undefined;
  private idleTimer: NodeJS.Timeout | undefined;
  private patience: NodeJS.Timeout | undefined;

  constructor(private readonly options: PoolOptions) {
    this.idle = Array.from({ length: options.workers }, () => this.newWorker());
  }

  /** Starts a worker, and asks it what the next questions need; nothing where one runs. */
  warm(question: Question): void {
    if (this.waiting.length > 0 || [...this.idle, ...this.busy].some(({ isRunning }) => isRunning)) return;
    this.ask(question, new AbortController().signal, () => undefined).catch(() => undefined);
  }

  /**
   * Passes on the pieces of an answer as they come, as fast as they are taken. `gone`: aborted when no one waits for it any more; it then
   * ends as `killed`.
   * @throws SstoryError `busy`
   */
  async ask(question: Question, gone: AbortSignal, text: TakePiece): Promise<Outcome> {
    if (gone.aborted) return 'killed';
    if (this.waiting.length >= MOST_WAITING)
      throw new SstoryError('busy', `${MOST_WAITING} requests are waiting already`, { hint: 'try again later' });
    clearTimeout(this.idleTimer);
    const outcome = new Promise<Outcome>((resolve) =>
      this.waiting.push({ question, text, gone, resolve, askedMs: performance.now() }),
    );
    this.next();
    return await outcome;
  }

  close(): void {
    clearTimeout(this.idleTimer);
    clearTimeout(this.patience);
    for (const job of this.waiting.splice(0)) job.resolve('killed');
    for (const worker of [...this.idle, ...this.busy, ...this.lent]) worker.kill();
  }

  private newWorker(): AnswerWorker {
    return new AnswerWorker(this.options.file);
  }

  /** Gives what waits to those that can answer it. */
  private next(): void {
    for (const job of [...this.waiting]) {
      if (job.gone.aborted) {
        this.remove(job);
        job.resolve('killed');
        continue;
      }
      const worker = this.workerFor(job);
      if (worker === undefined) continue;
      this.remove(job);
      this.idle.splice(this.idle.indexOf(worker), 1);
      void this.run(worker, job);
    }
    const [first] = this.waiting;
    if (first === undefined) {
      if (this.busy.size === 0) this.restLater();
      return;
    }
    if (this.isPatient(first)) this.lookLater();
    if (this.starting.size > 0) return;
    // Where none runs, none will have the time.
    const runs = [...this.idle, ...this.busy].some(({ isRunning }) => isRunning);
    if (!runs || !this.isPatient(first)) this.start();
  }

  private remove(job: Job): void {
    this.waiting.splice(this.waiting.indexOf(job), 1);
  }

  private workerFor(job: Job): AnswerWorker | undefined {
    const ready = this.idle.filter(({ isReady }) => isReady);
    if (!this.isRelated(job)) return ready.find((worker) => worker !== this.home) ?? ready[0];
    const { home } = this;
    if (home !== undefined && ready.includes(home)) return home;
    if (home !== undefined && this.busy.has(home) && this.isPatient(job)) return undefined;
    return ready[0];
  }

  private isRelated({ question: { route } }: Job): boolean {
    return this.options.related?.has(route) ?? false;
  }

  private isPatient({ askedMs }: Job): boolean {
    return performance.now() - askedMs < PATIENCE_MS;
  }

  private lookLater(): void {
    clearTimeout(this.patience);
    this.patience = setTimeout(() => this.next(), PATIENCE_MS + 1);
  }

  /** Starts one, if there is one to be started. Who waits gets the first one that is free. */
  private start(): void {
    const worker = this.idle.find(({ isRunning }) => !isRunning);
    if (worker === undefined) return;
    this.starting.add(worker);
    void worker.start().then((isReady) => {
      this.starting.delete(worker);
      // It cannot be started: the next one that waits learns so, and the others try again.
      if (!isReady) this.waiting.shift()?.resolve('killed');
      this.next();
    });
  }

  private async run(worker: AnswerWorker, job: Job): Promise<void> {
    const { withinMs, graceMs, pieceMs = PIECE_MS } = this.options;
    const { question, text, gone, resolve } = job;
    this.busy.add(worker);
    if (this.isRelated(job)) this.home = worker;
    let late: Late | undefined;
    const limit = new TimeLimit(
      { withinMs, pieceMs, readMs: READ_MS, slowMs: LENT_AFTER_MS },
      {
        late: (why) => {
          late = why;
          worker.kill();
        },
        slow: () => this.lend(worker),
      },
    );
    let grace: NodeJS.Timeout | undefined;
    const onGone = () => {
      if (graceMs === 0) worker.kill();
      else grace = setTimeout(() => worker.kill(), graceMs);
      resolve('killed');
    };
    gone.addEventListener('abort', onGone, { once: true });
    let written = 0;
    const outcome = await worker.ask({ ...question, slice: this.options.slice }, async (piece) => {
      if (gone.aborted) return;
      written += piece.length;
      await limit.during(text(piece));
    });
    limit.end();
    clearTimeout(grace);
    gone.removeEventListener('abort', onGone);
    if (written > LARGE) worker.kill();
    this.takeBack(worker);
    resolve(late === undefined ? outcome : tooLong(late, this.options));
    this.next();
  }

  /** Puts another one in the place of one that waits for its reader. */
  private lend(worker: AnswerWorker): void {
    if (!this.busy.has(worker) || this.lent.size >= MOST_LENT) return;
    this.busy.delete(worker);
    this.lent.add(worker);
    if (this.home === worker) this.home = undefined;
    this.idle.push(this.newWorker());
    this.next();
  }

  private takeBack(worker: AnswerWorker): void {
    this.busy.delete(worker);
    if (this.lent.delete(worker)) {
      // One of those that are not running makes room for it again.
      const spare = this.idle.findIndex(({ isRunning }) => !isRunning);
      if (spare < 0) {
        worker.kill();
        return;
      }
      this.idle.splice(spare, 1);
    }
    // First: it has in memory what it read for the last answer.
    this.idle.unshift(worker);
  }

  private restLater(): void {
    clearTimeout(this.idleTimer);
    this.idleTimer = setTimeout(() => {
      for (const worker of this.idle) worker.kill();
    }, IDLE_MS);
    this.idleTimer.unref();
  }
}

function tooLong(late: Late, { withinMs }: PoolOptions): Outcome {
  const message =
    late === 'computing'
      ? `the answer took more than ${withinMs / 1_000} s, and was stopped`
      : 'the answer was not read in time, and was stopped';
  const hint = 'narrow the range or the filter';
  return { status: 503, body: { error: { code: 'too-long', message, hint } } };
}
