import { type ChildProcess, fork } from 'node:child_process';
import { SstoryError } from '../../model/error.js';
import type { FailedAnswer } from '../failure.js';
import type { Parameters } from '../query.js';
import { EventQueue } from './event-queue.js';
import type { FollowReply, FollowRequest } from './messages.js';

const MODULE = new URL('./follow-process.js', import.meta.url);
/** Pages that are live at once. */
const MOST_CLIENTS = 64;
/** Without clients, the process ends after this time, milliseconds. */
const IDLE_MS = 10_000;

/** A client of the stream. */
export interface StreamClient {
  readonly queue: EventQueue;
  /** Resolves when the queue is not empty, or the stream has ended: the client may have left. */
  ready(): Promise<void>;
  readonly isEnded: boolean;
  leave(): void;
}

class Client implements StreamClient {
  readonly queue = new EventQueue();
  isEnded = false;
  private waiting: (() => void)[] = [];

  constructor(readonly leave: () => void) {}

  async ready(): Promise<void> {
    if (!this.queue.isEmpty || this.isEnded) return;
    await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  wake(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }

  end(): void {
    this.isEnded = true;
    this.wake();
  }
}

interface Joining {
  readonly joined: () => void;
  readonly refused: (answer: FailedAnswer) => void;
}

/** All clients of the stream. One process follows the database for them, while there are any. */
export class Followers {
  private child: ChildProcess | undefined;
  private readonly clients = new Map<number, Client>();
  private readonly joining = new Map<number, Joining>();
  private lastTopic = 0;
  private idleTimer: NodeJS.Timeout | undefined;

  constructor(private readonly file: string) {}

  /**
   * Resolves when the client is followed for, or with the reason why not.
   * @throws SstoryError `busy`
   */
  async join(parameters: Parameters): Promise<StreamClient | FailedAnswer> {
    if (this.clients.size >= MOST_CLIENTS)
      throw new SstoryError('busy', `${MOST_CLIENTS} pages are live already`, { hint: 'close one' });
    const topic = ++this.lastTopic;
    const client = new Client(() => this.leave(topic));
    this.clients.set(topic, client);
    const child = this.start();
    const refused = await new Promise<FailedAnswer | undefined>((resolve) => {
      this.joining.set(topic, { joined: () => resolve(undefined), refused: resolve });
      ask(child, { kind: 'follow', topic, parameters });
    });
    this.joining.delete(topic);
    if (refused === undefined) return client;
    this.leave(topic);
    return refused;
  }

  close(): void {
    clearTimeout(this.idleTimer);
    for (const client of this.clients.values()) client.end();
    this.clients.clear();
    this.child?.kill('SIGKILL');
    this.child = undefined;
  }

  private leave(topic: number): void {
    const client = this.clients.get(topic);
    if (client === undefined) return;
    this.clients.delete(topic);
    client.end();
    if (this.child !== undefined) ask(this.child, { kind: 'leave', topic });
    if (this.clients.size > 0) return;
    clearTimeout(this.idleTimer);
    this.idleTimer = setTimeout(() => {
      if (this.clients.size === 0) this.close();
    }, IDLE_MS);
    this.idleTimer.unref();
  }

  private start(): ChildProcess {
    if (this.child !== undefined) return this.child;
    const child = fork(MODULE, [this.file], { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    child.on('message', (reply: FollowReply) => this.take(child, reply));
    const onEnd = () => this.ended(child, LOST);
    child.once('exit', onEnd).once('error', onEnd);
    this.child = child;
    return child;
  }

  private take(child: ChildProcess, reply: FollowReply): void {
    switch (reply.kind) {
      case 'following':
        this.joining.get(reply.topic)?.joined();
        break;
      case 'refused':
        this.joining.get(reply.topic)?.refused({ status: reply.status, body: reply.body });
        break;
      case 'failed':
        this.ended(child, { status: reply.status, body: reply.body });
        break;
      case 'batch':
        this.distribute(reply);
        ask(child, { kind: 'taken' });
    }
  }

  private distribute({ lines, tick, missed }: FollowReply & { kind: 'batch' }): void {
    for (const { event, data, atUs, topics } of lines)
      for (const topic of topics) this.clients.get(topic)?.queue.push(event, data, atUs);
    for (const client of this.clients.values()) {
      if (missed !== undefined) client.queue.miss(missed);
      if (tick !== undefined) client.queue.push('tick', JSON.stringify(tick), tick.now_us);
      if (!client.queue.isEmpty) client.wake();
    }
  }

  /** The pages connect again by themselves. */
  private ended(child: ChildProcess, why: FailedAnswer): void {
    if (this.child !== child) return;
    this.child = undefined;
    for (const { refused } of this.joining.values()) refused(why);
    for (const client of this.clients.values()) client.end();
    this.clients.clear();
  }
}

const LOST: FailedAnswer = {
  status: 503,
  body: { error: { code: 'stopped', message: 'the process that follows the database ended', hint: 'try again' } },
};

function ask(child: ChildProcess, request: FollowRequest): void {
  if (child.connected) child.send(request, () => undefined);
}
