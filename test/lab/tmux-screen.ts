import { join } from 'node:path';
import { execa } from 'execa';
import { MAIN } from './sstory.js';
import { until } from './until.js';

export interface ScreenOptions {
  readonly width?: number;
  readonly height?: number;
  /** Words before the command: `NO_COLOR=1`. */
  readonly environment?: string;
}

/** sstory on a real terminal: one that tmux draws, in a server of its own. Below it stands what was there before. */
export class TmuxScreen implements AsyncDisposable {
  private constructor(private readonly socket: string) {}

  /** `directory` is for the server's socket; `words` are those of sstory. */
  static async start(directory: string, words: readonly string[], options: ScreenOptions = {}): Promise<TmuxScreen> {
    const screen = new TmuxScreen(join(directory, 'tmux.socket'));
    const { width = 100, height = 24, environment = '' } = options;
    const sstory = [process.execPath, MAIN, ...words].map((word) => `'${word}'`).join(' ');
    const script = `echo before; ${environment} ${sstory}; echo "ended with $?"; cat`;
    await screen.tmux('-f', '/dev/null', 'new-session', '-d', '-x', `${width}`, '-y', `${height}`, script);
    return screen;
  }

  /** What stands there, line by line, wrapped ones in one piece; with `raw` the sequences that style it as well. */
  async lines(raw = false): Promise<string[]> {
    const text = await this.tmux('capture-pane', '-p', '-J', ...(raw ? ['-e'] : []));
    return text.split('\n').map((line) => line.trimEnd());
  }

  /** Waits until the screen is as wanted, and gives its lines. */
  async shows(what: string, wanted: (text: string) => boolean): Promise<string[]> {
    const seen = () => this.lines().then((lines) => lines.join('\n'));
    return until(
      what,
      async () => {
        const lines = await this.lines();
        return wanted(lines.join('\n')) && lines;
      },
      seen,
    );
  }

  /** Keys by tmux's names: `Space`, `Right`, `C-c`, or characters. */
  async press(...keys: string[]): Promise<void> {
    await this.tmux('send-keys', ...keys);
  }

  async resize(width: number, height: number): Promise<void> {
    await this.tmux('resize-window', '-x', `${width}`, '-y', `${height}`);
  }

  /** The process id of sstory. */
  async pid(): Promise<number> {
    const shell = (await this.tmux('display-message', '-p', '#{pane_pid}')).trim();
    const { stdout } = await execa('ps', ['-o', 'pid=', '--ppid', shell]);
    return Number(stdout.trim().split(/\s+/)[0]);
  }

  /** May be done twice: by the test, and by the stage that it would be left to if the test failed. */
  async [Symbol.asyncDispose](): Promise<void> {
    await execa('tmux', ['-S', this.socket, 'kill-server'], { reject: false });
  }

  private async tmux(...words: string[]): Promise<string> {
    return (await execa('tmux', ['-S', this.socket, ...words])).stdout;
  }
}
