import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { execa, type ResultPromise } from 'execa';
import type { Netns } from './netns.js';

/** scripts/lab/actor.c, compiled: makes exactly the socket calls that it is asked for. */
export const ACTOR = fileURLToPath(new URL('../../actor', import.meta.url));

const OPTIONS = { reject: false, stderr: 'inherit' } as const;

interface Answer {
  readonly ok: boolean;
  readonly errno?: number;
  readonly fd?: number;
  readonly port?: number;
  readonly peer?: number;
  readonly pid?: number;
  readonly tid?: number;
  readonly count?: number;
}

export interface Connected {
  /** 0, or the errno with which it failed. */
  readonly errno: number;
  readonly localPort: number;
  /** The thread that made the call. */
  readonly tid: number;
}

export type SocketOption = 'v6only' | 'syncnt' | 'linger2' | 'defer-accept' | 'linger' | 'reuseaddr';

/**
 * A process that makes socket calls on command, and answers with what the kernel gave: the ground truth of a test.
 * One call at a time, in the order in which they were asked for. Calls fail with the errno, connects answer it.
 */
export class Actor {
  private readonly answers: AsyncIterator<string>;
  private last: Promise<unknown> = Promise.resolve();

  private constructor(
    /** The command name of its process, as /proc/PID/comm has it. */
    readonly comm: string,
    readonly pid: number,
    private readonly child: ResultPromise<typeof OPTIONS>,
    private readonly commands: Writable,
    output: Readable,
  ) {
    this.answers = createInterface({ input: output })[Symbol.asyncIterator]();
  }

  static async start(comm: string, netns: Netns): Promise<Actor> {
    const child = execa(...netns.inside(ACTOR), OPTIONS);
    if (child.pid === undefined) throw new Error(`${ACTOR} did not start`);
    const actor = new Actor(comm, child.pid, child, child.stdin, child.stdout);
    await actor.call('rename', comm);
    return actor;
  }

  async socket(family: 4 | 6 = 4): Promise<number> {
    return need((await this.call('socket', family)).fd);
  }

  /** A socket of Multipath TCP. Fails with errno 92 or 93 where the kernel has none. */
  async mptcpSocket(): Promise<number> {
    return need((await this.call('mptcp', 4)).fd);
  }

  /** Binds a socket: the port that it got. */
  async bind(fd: number, address: string, port = 0): Promise<number> {
    return need((await this.call('bind', fd, address, port)).port);
  }

  /** Starts to listen: the port. */
  async listen(fd: number, backlog = 16): Promise<number> {
    return need((await this.call('listen', fd, backlog)).port);
  }

  /** A new socket that listens at an address; port 0: the kernel chooses. */
  async listenAt(address: string, port = 0, backlog?: number): Promise<{ listener: number; port: number }> {
    const listener = await this.socket(address.includes(':') ? 6 : 4);
    await this.bind(listener, address, port);
    return { listener, port: await this.listen(listener, backlog) };
  }

  async accept(fd: number): Promise<{ fd: number; peerPort: number }> {
    const answer = await this.call('accept', fd);
    return { fd: need(answer.fd), peerPort: need(answer.port) };
  }

  async connect(fd: number, address: string, port: number): Promise<Connected> {
    return connected(await this.ask('connect', fd, address, port));
  }

  /** Waits for the end of a connect that answered EINPROGRESS. */
  async finish(fd: number): Promise<Connected> {
    return connected(await this.ask('finish', fd));
  }

  /** Connects from a thread with a name of its own. */
  async connectInThread(name: string, fd: number, address: string, port: number): Promise<Connected> {
    return connected(await this.ask('thread-connect', name, fd, address, port));
  }

  /** Connects through io_uring; errno 38 or 1 where the kernel has none or does not allow it. */
  async connectThroughRing(fd: number, address: string, port: number): Promise<Connected> {
    return connected(await this.ask('uring-connect', fd, address, port));
  }

  /** Connects by sending, TCP Fast Open: the local port. */
  async fastOpen(fd: number, address: string, port: number, bytes: number): Promise<number> {
    return need((await this.call('fastopen', fd, address, port, bytes)).port);
  }

  async send(fd: number, bytes: number): Promise<number> {
    return need((await this.call('send', fd, bytes)).count);
  }

  /** Waits for data: how many bytes came, 0 at the end of the stream. */
  async receive(fd: number, atMost = 65_535): Promise<number> {
    return need((await this.call('recv', fd, atMost)).count);
  }

  /** Waits for data that must end in this errno. */
  async receiveError(fd: number): Promise<number> {
    return (await this.ask('recv', fd, 1)).errno ?? 0;
  }

  async option(fd: number, name: SocketOption, value: number): Promise<void> {
    await this.call('option', fd, name, value);
  }

  async nonBlocking(fd: number): Promise<void> {
    await this.call('nonblock', fd);
  }

  /** Ends the sending half: FIN. */
  async shutdown(fd: number): Promise<void> {
    await this.call('shutdown', fd);
  }

  async close(fd: number): Promise<void> {
    await this.call('close', fd);
  }

  /** Goes into another network namespace, by a file that refers to it; its sockets stay where they are. */
  async enter(path: string): Promise<void> {
    await this.call('enter', path);
  }

  /** Forks a child of another name, that holds copies of all descriptors and does nothing: its pid. */
  async fork(comm: string): Promise<number> {
    return need((await this.call('fork', comm)).pid);
  }

  /** Ends such a child. */
  async reap(pid: number): Promise<void> {
    await this.call('reap', pid);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.commands.end();
    await this.child;
  }

  private async call(...words: readonly (string | number)[]): Promise<Answer> {
    const answer = await this.ask(...words);
    if (!answer.ok) throw new Error(`${this.comm}: ${words.join(' ')}: errno ${answer.errno}`);
    return answer;
  }

  private ask(...words: readonly (string | number)[]): Promise<Answer> {
    const answer = this.last.then(async () => {
      this.commands.write(`${words.join(' ')}\n`);
      const { value, done } = await this.answers.next();
      if (done) throw new Error(`${this.comm} ended before it answered: ${words.join(' ')}`);
      return JSON.parse(value) as Answer;
    });
    this.last = answer.catch(() => undefined);
    return answer;
  }
}

function connected(answer: Answer): Connected {
  return { errno: answer.errno ?? 0, localPort: answer.port ?? 0, tid: answer.tid ?? 0 };
}

function need(value: number | undefined): number {
  if (value === undefined) throw new Error('the actor left something out of its answer');
  return value;
}
