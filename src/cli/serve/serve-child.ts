import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { bracketed } from '../../server/server.js';
import type { ListenAddress } from './listen-address.js';
import { isLoopback } from './listen-address.js';
import { newToken, TOKEN_VARIABLE } from './token.js';

const MAIN = fileURLToPath(new URL('../main.js', import.meta.url));
/** How often it is started again. */
const MOST_RESTARTS = 5;
const FIRST_WAIT_MS = 1_000;
/** Of a command line that cannot work: another try would not either. */
const INVALID = 2;

/** `sstory serve` beside a recorder, in a process of its own: the recorder goes on if it ends, and it ends with the recorder. */
export class ServeChild {
  private child: ChildProcess | undefined;
  private readonly token = newToken();
  private restarts = 0;
  private timer: NodeJS.Timeout | undefined;
  private isClosed = false;
  /** Where it listens, once that is known: a restart keeps it. */
  private address: string;

  constructor(
    private readonly file: string,
    listen: ListenAddress,
    private readonly say: (text: string) => void,
  ) {
    this.address = `${bracketed(listen.host)}:${listen.port}`;
    this.isPrivate = isLoopback(listen);
  }

  private readonly isPrivate: boolean;

  start(): void {
    const words = [MAIN, 'serve', '--db', this.file, '--listen', this.address, '--parent', `${process.pid}`];
    const child = spawn(process.execPath, words, {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ...(this.isPrivate ? { [TOKEN_VARIABLE]: this.token } : {}) },
    });
    this.child = child;
    createInterface({ input: child.stdout }).on('line', (line) => {
      this.address = /^http:\/\/([^/]+)\//.exec(line)?.[1] ?? this.address;
      if (this.restarts === 0) this.say(`the page is at ${line}`);
    });
    child.once('error', () => this.ended(child, null));
    child.once('exit', (code) => this.ended(child, code));
  }

  close(): void {
    this.isClosed = true;
    clearTimeout(this.timer);
    this.child?.kill('SIGTERM');
  }

  private ended(child: ChildProcess, code: number | null): void {
    if (this.isClosed || this.child !== child) return;
    this.child = undefined;
    const how = code === null ? 'was killed' : `ended with ${code}`;
    if (code === INVALID || this.restarts >= MOST_RESTARTS) {
      this.say(`the page ${how}: recording goes on without it`);
      return;
    }
    const waitMs = FIRST_WAIT_MS * 2 ** this.restarts++;
    this.say(`the page ${how}: it is started again in ${waitMs / 1_000} s`);
    this.timer = setTimeout(() => this.start(), waitMs);
  }
}
