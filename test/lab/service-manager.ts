import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { MAIN } from './sstory.js';
import { until } from './until.js';

const SCRIPT = fileURLToPath(new URL('../../../scripts/lab/service-manager.py', import.meta.url));

/** `sstory record` under a service manager that keeps its descriptors. */
export class ManagedRecorder implements AsyncDisposable {
  private readonly manager;
  private readonly lines: string[] = [];
  private seen = 0;
  /** When each recorder had ended, by the wall clock. */
  readonly endedUs: number[] = [];
  /** What the recorder has printed. */
  said = '';

  /** `socket`: the path of the socket for notifications. `under`: a command that runs it all. */
  constructor(socket: string, args: readonly string[], under: readonly string[] = []) {
    const command = [...under, 'python3', SCRIPT, socket, process.execPath, MAIN, 'record', ...args];
    this.manager = execa(command[0] ?? '', command.slice(1), { reject: false, buffer: false });
    createInterface({ input: this.manager.stdout }).on('line', (line) => this.lines.push(line));
    this.manager.stderr.on('data', (chunk: Buffer) => {
      this.said += chunk.toString();
    });
  }

  /** The next `ready` or `ended`: how many descriptors are kept then. */
  async next(what: 'ready' | 'ended'): Promise<number> {
    let kept: number | undefined;
    await until(`the recorder to be ${what}`, () => {
      const line = this.lines[this.seen];
      if (line === undefined) return false;
      this.seen++;
      if (line.startsWith(what)) kept = Number(line.split(' ')[1]);
      return kept !== undefined;
    });
    return kept ?? 0;
  }

  /** Ends the recorder, and starts it again with these further arguments. */
  async restart(signal: 'SIGTERM' | 'SIGKILL', ...more: string[]): Promise<number> {
    this.manager.stdin.write(`${[signal, 'again', ...more].join(' ')}\n`);
    await this.next('ended');
    this.endedUs.push(Date.now() * 1000);
    return this.next('ready');
  }

  /** Ends it, and the manager, which closes what it kept. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.manager.stdin.write('SIGTERM\n');
    this.manager.stdin.end();
    await this.manager;
  }
}
