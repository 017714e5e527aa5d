import { emitKeypressEvents, type Key } from 'node:readline';
import type { ReadStream, WriteStream } from 'node:tty';

/** An event of the terminal. */
export type TerminalEvent =
  | { readonly kind: 'key'; readonly key: Key }
  | { readonly kind: 'resized' | 'closed' }
  | { readonly kind: 'ended'; readonly exitCode: number };

/** Alternate screen, no cursor, no wrapping of long lines (xterm's private modes, common to all terminal emulators). */
const ENTER = '\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J';
const LEAVE = '\x1b[?7h\x1b[?25h\x1b[?1049l';
/** Exit codes as in a shell: 128 plus the signal's number. */
const ENDING_SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
/** How long to wait after suspending: without job control the process is not stopped, and continues then. */
const SUSPENDED_MS = 100;

/**
 * A terminal that is drawn on, line by line, and that reports keys. However the process ends, short of SIGKILL, the terminal
 * is restored: `leave` is called on errors, signals and exit too.
 */
export class Terminal {
  private readonly events: TerminalEvent[] = [];
  private wake: (() => void) | undefined;
  private lines: readonly string[] = [];
  private isOpen = false;
  private entered = false;

  constructor(
    private readonly input: ReadStream,
    private readonly output: WriteStream,
  ) {}

  get size(): { readonly width: number; readonly height: number } {
    return { width: Math.max(1, this.output.columns || 80), height: Math.max(1, this.output.rows || 24) };
  }

  open(): void {
    this.isOpen = true;
    emitKeypressEvents(this.input);
    this.input.on('keypress', this.onKey);
    this.input.on('end', this.onClosed);
    this.input.on('error', this.onClosed);
    this.output.on('resize', this.onResize);
    for (const signal of signals()) process.on(signal, this.onSignal);
    process.on('SIGCONT', this.onContinue);
    process.on('uncaughtExceptionMonitor', this.leave);
    process.on('exit', this.leave);
    this.enter();
    this.input.resume();
  }

  close(): void {
    this.isOpen = false;
    this.leave();
    this.input.pause();
    this.input.off('keypress', this.onKey);
    this.input.off('end', this.onClosed);
    this.input.off('error', this.onClosed);
    this.output.off('resize', this.onResize);
    for (const signal of signals()) process.off(signal, this.onSignal);
    process.off('SIGCONT', this.onContinue);
    process.off('uncaughtExceptionMonitor', this.leave);
    process.off('exit', this.leave);
  }

  /** Shows these lines: writes those that differ from what is on the screen. */
  draw(lines: readonly string[]): void {
    if (!this.entered) return;
    let text = '';
    for (let row = 0; row < Math.max(lines.length, this.lines.length); row++) {
      const line = lines[row] ?? '';
      if (line !== this.lines[row]) text += `\x1b[${row + 1};1H\x1b[K${line}`;
    }
    this.lines = lines;
    if (text !== '') this.output.write(text);
  }

  /** Clears the screen, so that the next drawing writes all of it. */
  clear(): void {
    if (!this.entered) return;
    this.lines = [];
    this.output.write('\x1b[2J');
  }

  /** The events since the last call; waits for one, at most `forMs` (undefined: without limit). */
  async happened(forMs: number | undefined): Promise<TerminalEvent[]> {
    if (this.events.length === 0) {
      await new Promise<void>((resolve) => {
        const timer = forMs === undefined ? undefined : setTimeout(resolve, forMs);
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.wake = undefined;
    }
    return this.events.splice(0);
  }

  /** Ctrl-Z: restores the terminal and stops the whole job. */
  suspend(): void {
    this.leave();
    process.kill(0, 'SIGTSTP');
    setTimeout(this.onContinue, SUSPENDED_MS);
  }

  private enter(): void {
    if (this.entered) return;
    this.entered = true;
    this.input.setRawMode(true);
    this.output.write(ENTER);
    this.lines = [];
  }

  private readonly leave = () => {
    if (!this.entered) return;
    this.entered = false;
    this.output.write(LEAVE);
    this.input.setRawMode(false);
  };

  private add(event: TerminalEvent): void {
    this.events.push(event);
    this.wake?.();
  }

  private readonly onKey = (_text: string | undefined, key: Key) => this.add({ kind: 'key', key });
  private readonly onClosed = () => this.add({ kind: 'closed' });
  private readonly onResize = () => this.add({ kind: 'resized' });
  private readonly onSignal = (signal: NodeJS.Signals) =>
    this.add({ kind: 'ended', exitCode: ENDING_SIGNALS[signal as keyof typeof ENDING_SIGNALS] });
  private readonly onContinue = () => {
    if (!this.isOpen) return;
    // If another process stopped this one, `leave` was not called; the terminal may have changed in between.
    this.entered = false;
    this.enter();
    this.add({ kind: 'resized' });
  };
}

function signals(): NodeJS.Signals[] {
  return Object.keys(ENDING_SIGNALS) as NodeJS.Signals[];
}
