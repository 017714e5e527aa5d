import { SstoryError } from '../../model/error.js';
import { AnswerWorker, type Outcome } from './answer-worker.js';
import type { Question } from './messages.js';

/** Requests that may wait. */
const MOST_WAITING = 64;
/** Workers without work end after this time, milliseconds: an idle server is one process. */
const IDLE_MS = 120_000;

export interface PoolOptions {
  readonly file: string;
  readonly workers: number;
  /** How long one answer may take, milliseconds. */
  readonly withinMs: number;
  /** How long an answer that no one waits for any more may go on, milliseconds: the next one may need what it has read. */
  readonly graceMs: number;
}

interface Job {
  readonly question: Question;
  readonly text: (piece: string) => void;
  readonly gone: AbortSignal;
  readonly resolve: (outcome: Outcome) => void;
}

/** Processes that answer requests, each one at a time. A slow request keeps one of them, not the others. */
export class AnswerPool {
  private readonly idle: AnswerWorker[];
  private readonly busy = new Set<AnswerWorker>();
  private readonly waiting: Job[] = [];
  private idleTimer: NodeJS.Timeout | undefined;

  constructor(private readonly options: PoolOptions) {
    this.idle = Array.from({ length: options.workers }, () => new AnswerWorker(options.file));
  }

  /** Starts one worker, so that the next answer comes sooner. */
  warm(): void {
    if (this.busy.size > 0 || this.idle.some(({ isRunning }) => isRunning)) return;
    this.idle[0]?.start();
    this.restLater();
  }

  /**
   * Passes on the pieces of an answer as they come. `gone`: aborted when no one waits for it any more; it then ends as `killed`.
   * @throws SstoryError `busy`, `too-long`
   */
  async ask(question: Question, gone: AbortSignal, text: (piece: string) => void): Promise<Outcome> {
    if (gone.aborted) return 'killed';
    if (this.waiting.length >= MOST_WAITING)
      throw new SstoryError('busy', `${MOST_WAITING} requests are waiting already`, { hint: 'try again later' });
    const outcome = new Promise<Outcome>((resolve) => this.waiting.push({ question, text, gone, resolve }));
    this.next();
    return await outcome;
  }

  close(): void {
    clearTimeout(this.idleTimer);
    for (const job of this.waiting.splice(0)) job.resolve('killed');
    for (const worker of [...this.idle, ...this.busy]) worker.kill();
  }

  private next(): void {
    while (this.idle.length > 0) {
      const job = this.waiting.shift();
      if (job === undefined) {
        this.restLater();
        return;
      }
      if (job.gone.aborted) job.resolve('killed');
      else void this.run(this.take(), job);
    }
  }

  /** One that runs already, if there is one. */
  private take(): AnswerWorker {
    const place = Math.max(
      0,
      this.idle.findIndex(({ isRunning }) => isRunning),
    );
    const [worker] = this.idle.splice(place, 1);
    if (worker === undefined) throw new Error('no idle worker');
    return worker;
  }

  private async run(worker: AnswerWorker, { question, text, gone, resolve }: Job): Promise<void> {
    const { withinMs, graceMs } = this.options;
    this.busy.add(worker);
    let isLate = false;
    const limit = setTimeout(() => {
      isLate = true;
      worker.kill();
    }, withinMs);
    let grace: NodeJS.Timeout | undefined;
    const onGone = () => {
      if (graceMs === 0) worker.kill();
      else grace = setTimeout(() => worker.kill(), graceMs);
      resolve('killed');
    };
    gone.addEventListener('abort', onGone, { once: true });
    const outcome = await worker.ask(question, (piece) => {
      if (!gone.aborted) text(piece);
    });
    clearTimeout(limit);
    clearTimeout(grace);
    gone.removeEventListener('abort', onGone);
    this.busy.delete(worker);
    // First: it has in memory what it read for the last answer.
    this.idle.unshift(worker);
    resolve(isLate ? tooLong(withinMs) : outcome);
    this.next();
  }

  private restLater(): void {
    clearTimeout(this.idleTimer);
    this.idleTimer = setTimeout(() => {
      for (const worker of this.idle) worker.kill();
    }, IDLE_MS);
    this.idleTimer.unref();
  }
}

function tooLong(withinMs: number): Outcome {
  const message = `the answer took more than ${withinMs / 1_000} s, and was stopped`;
  const hint = 'narrow the range or the filter';
  return { status: 503, body: { error: { code: 'too-long', message, hint } } };
}
