import { type ChildProcess, fork } from 'node:child_process';
import { SstoryError } from '../../model/error.js';
import type { FailedAnswer } from '../failure.js';
import type { Question, Reply } from './messages.js';

const MODULE = new URL('./answer-process.js', import.meta.url);

/** The end of an answer. */
export type Outcome = 'done' | 'killed' | FailedAnswer;

/** A process that answers one request at a time. It is started for the first one, and again after it was killed. */
export class AnswerWorker {
  private child: ChildProcess | undefined;

  constructor(private readonly file: string) {}

  get isRunning(): boolean {
    return this.child !== undefined;
  }

  start(): void {
    if (this.child !== undefined) return;
    const child = fork(MODULE, [this.file], {
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      // Answers are long texts: as JSON, they would be escaped once more.
      serialization: 'advanced',
    });
    child.once('exit', () => this.forget(child)).once('error', () => this.forget(child));
    this.child = child;
  }

  /** Passes on the pieces of an answer as they come. */
  ask(question: Question, text: (piece: string) => void): Promise<Outcome> {
    this.start();
    const child = this.child;
    if (child === undefined) throw new SstoryError('query-process', 'no process to answer it could be started');
    return new Promise((resolve) => {
      const onMessage = (message: unknown) => {
        const reply = message as Reply;
        if (reply.kind === 'text') text(reply.text);
        else if (reply.kind === 'done') end('done');
        else end({ status: reply.status, body: reply.body });
      };
      const onExit = () => end('killed');
      const end = (outcome: Outcome) => {
        child.off('message', onMessage).off('exit', onExit).off('error', onExit);
        resolve(outcome);
      };
      child.on('message', onMessage).once('exit', onExit).once('error', onExit);
      child.send(question, () => undefined);
    });
  }

  /** Ends what it is doing, at once. */
  kill(): void {
    this.child?.kill('SIGKILL');
    this.child = undefined;
  }

  private forget(child: ChildProcess): void {
    if (this.child === child) this.child = undefined;
  }
}
