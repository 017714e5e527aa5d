import { emitKeypressEvents, type Key } from 'node:readline';
import type { ReadStream, WriteStream } from 'node:tty';

/** Something that happened to the terminal while nobody drew. */
export type TerminalEvent =
  | { readonly kind: 'key'; readonly key: Key }
  | { readonly kind: 'resized' | 'closed' }
  | { readonly kind: 'ended'; readonly exitCode: number };

/** Alternate screen, no cursor, no wrapping of long lines (xterm's private modes, which all its kin have). */
const ENTER = '\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J';
const LEAVE = '\x1b[?7h\x1b[?25h\x1b[?1049l';
/** Exit codes as a shell gives them to who ends by a signal: 128 and its number. */
const ENDING_SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
/** How long the terminal is left alone after stopping: a process that cannot be stopped (no job control) goes on then. */
const SUSPENDED_MS = 100;

/**
 * A terminal that is drawn on, line by line, and that tells of keys. Whatever ends the process, short of SIGKILL, leaves it
 * as it was: `leave` is called on errors, signals and exit too.
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

  /** Shows these lines, one below the other: writes those that differ from what is there. */
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

  /** Forgets what is on the screen, so that the next drawing writes all of it. */
  clear(): void {
    if (!this.entered) return;
    this.lines = [];
    this.output.write('\x1b[2J');
  }

  /** All that happened since the last call; waits for something, at most `forMs` (undefined: however long it takes). */
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

  /** Ctrl-Z: gives the terminal back and stops, with the whole job as the shell knows it. */
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

  private tell(event: TerminalEvent): void {
    this.events.push(event);
    this.wake?.();
  }

  private readonly onKey = (_text: string | undefined, key: Key) => this.tell({ kind: 'key', key });
  private readonly onClosed = () => this.tell({ kind: 'closed' });
  private readonly onResize = () => this.tell({ kind: 'resized' });
  private readonly onSignal = (signal: NodeJS.Signals) =>
    this.tell({ kind: 'ended', exitCode: ENDING_SIGNALS[signal as keyof typeof ENDING_SIGNALS] });
  private readonly onContinue = () => {
    if (!this.isOpen) return;
    // Where others stopped the process it is entered still, but whoever had the terminal in between may have changed it.
    this.entered = false;
    this.enter();
    this.tell({ kind: 'resized' });
  };
}

function signals(): NodeJS.Signals[] {
  return Object.keys(ENDING_SIGNALS) as NodeJS.Signals[];
}
