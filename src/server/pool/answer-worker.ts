import { type ChildProcess, fork } from 'node:child_process';
import type { FailedAnswer } from '../failure.js';
import type { Question, Reply, Request } from './messages.js';

const MODULE = new URL('./answer-process.js', import.meta.url);

/** The end of an answer. */
export type Outcome = 'done' | 'killed' | FailedAnswer;

/** Receives a piece of an answer; resolves when there is room for another one. */
export type TakePiece = (piece: string) => Promise<void> | void;

/** A process that answers one request at a time. It is started again after it was killed. */
export class AnswerWorker {
  private child: ChildProcess | undefined;
  private ready = false;

  constructor(private readonly file: string) {}

  get isRunning(): boolean {
    return this.child !== undefined;
  }

  /** It can be asked at once. */
  get isReady(): boolean {
    return this.ready;
  }

  /** Starts it. Resolves when it is ready, or with false when it has ended before. */
  start(): Promise<boolean> {
    const child = fork(MODULE, [this.file], {
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      // Answers are long texts: as JSON, they would be escaped once more.
      serialization: 'advanced',
    });
    this.child = child;
    return new Promise((resolve) => {
      const onEnd = () => {
        this.forget(child);
        resolve(false);
      };
      child.once('exit', onEnd).once('error', onEnd);
      // The first message.
      child.once('message', () => {
        this.ready = this.child === child;
        resolve(this.ready);
      });
    });
  }

  /** Passes on the pieces of an answer as they come. Only while it is ready. */
  ask(question: Question, text: TakePiece): Promise<Outcome> {
    const { child } = this;
    if (child === undefined) return Promise.resolve('killed');
    return new Promise((resolve) => {
      const onMessage = (message: unknown) => {
        const reply = message as Reply;
        if (reply.kind === 'text') void take(reply.text);
        else if (reply.kind === 'done') end('done');
        else if (reply.kind === 'failed') end({ status: reply.status, body: reply.body });
      };
      let hasEnded = false;
      const take = async (piece: string) => {
        await text(piece);
        // The process counts the pieces of the next answer alone.
        if (!hasEnded) send(child, { kind: 'taken' });
      };
      const onExit = () => end('killed');
      const end = (outcome: Outcome) => {
        hasEnded = true;
        child.off('message', onMessage).off('exit', onExit).off('error', onExit);
        resolve(outcome);
      };
      child.on('message', onMessage).once('exit', onExit).once('error', onExit);
      send(child, { kind: 'ask', ...question });
    });
  }

  /** Ends what it is doing, at once. */
  kill(): void {
    const { child } = this;
    if (child === undefined) return;
    this.forget(child);
    child.kill('SIGKILL');
  }

  private forget(child: ChildProcess): void {
    if (this.child !== child) return;
    this.child = undefined;
    this.ready = false;
  }
}

function send(child: ChildProcess, request: Request): void {
  if (child.connected) child.send(request, () => undefined);
}
