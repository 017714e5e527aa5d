import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Say } from '../../recorder/say.js';
import { bracketed } from '../../server/listening.js';
import { COMMAND_FILE } from '../../sys/command-file.js';
import type { ListenAddress } from './listen-address.js';
import { isLoopback } from './listen-address.js';
import { newToken, TOKEN_VARIABLE } from './token.js';

/** How often it is started again. */
const MOST_RESTARTS = 5;
const FIRST_WAIT_MS = 1_000;
/** The time in which it has to end, milliseconds. */
const END_MS = 3_000;
/** Of a command line that cannot work: another try would not either. */
const INVALID = 2;

/** The commands that serve, and what messages call them. */
const NAMES = { serve: 'the page', metrics: 'the server of metrics' } as const;

/** What is served, and where. */
export interface Served {
  readonly command: keyof typeof NAMES;
  readonly file: string;
  readonly listen: ListenAddress;
}

/**
 * `sstory serve` or `sstory metrics` beside a recorder, in a process of its own: the recorder goes on if it ends, and it ends with
 * the recorder.
 */
export class ServeChild {
  private child: ChildProcess | undefined;
  private readonly token = newToken();
  private restarts = 0;
  private timer: NodeJS.Timeout | undefined;
  private isClosed = false;
  /** Where it listens, once that is known: a restart keeps it. */
  private address: string;

  constructor(
    private readonly served: Served,
    private readonly say: Say,
  ) {
    const { listen } = served;
    this.address = `${bracketed(listen.host)}:${listen.port}`;
    this.isPrivate = isLoopback(listen);
  }

  private readonly isPrivate: boolean;

  start(): void {
    const { command, file } = this.served;
    const common = ['--db', file, '--listen', this.address, '--parent', `${process.pid}`];
    const child = spawn(process.execPath, [COMMAND_FILE, command, ...common], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ...(this.isPrivate ? { [TOKEN_VARIABLE]: this.token } : {}) },
    });
    this.child = child;
    createInterface({ input: child.stdout }).on('line', (line) => {
      this.address = /^http:\/\/([^/]+)\//.exec(line)?.[1] ?? this.address;
      if (this.restarts === 0) this.say(`${NAMES[command]} is at ${line}`);
    });
    child.once('error', () => this.ended(child, null));
    child.once('exit', (code) => this.ended(child, code));
  }

  /** It may end from now on: the same Ctrl-C, or the same stop of a service, reaches it too. */
  expectEnd(): void {
    this.isClosed = true;
    clearTimeout(this.timer);
  }

  /** Ends it, and waits for that: a database that another process has open keeps its write-ahead log. */
  async [Symbol.asyncDispose](): Promise<void> {
    const { child } = this;
    this.expectEnd();
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    const kill = setTimeout(() => child.kill('SIGKILL'), END_MS);
    await ended;
    clearTimeout(kill);
  }

  private ended(child: ChildProcess, code: number | null): void {
    if (this.isClosed || this.child !== child) return;
    this.child = undefined;
    const name = NAMES[this.served.command];
    const how = code === null ? 'was killed' : `ended with ${code}`;
    if (code === INVALID || this.restarts >= MOST_RESTARTS) {
      this.say(`${name} ${how}: recording goes on without it`, 'warning');
      return;
    }
    const waitMs = FIRST_WAIT_MS * 2 ** this.restarts++;
    this.say(`${name} ${how}: it is started again in ${waitMs / 1_000} s`, 'warning');
    this.timer = setTimeout(() => this.start(), waitMs);
  }
}
