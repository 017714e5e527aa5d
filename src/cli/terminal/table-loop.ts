/** Draws a session's table on the terminal repeatedly, and passes the keys on to the session. */
import { SstoryError } from '../../model/error.js';
import { printable } from '../../model/printable.js';
import type { Ink } from '../../view/ink.js';
import { fitOf, type SocketScreen, screenLines } from '../../view/socket-screen.js';
import { type Action, actionOf, type Direction } from './keys.js';
import { Prompt } from './prompt.js';
import type { Terminal } from './terminal.js';

/** `nowMs` is performance.now(). */
export interface TableSession {
  /** Does what a key asks for; throws SstoryError if that is impossible. */
  act(action: Action, nowMs: number): void;
  /** Goes to a typed time; throws if it is invalid. */
  jump(text: string, direction: Direction, nowMs: number): void;
  /** Whether the user can go to other times. */
  readonly canJump: boolean;
  /** Brings the table up to date, or part of the way. */
  advance(nowMs: number): void;
  screen(
    room: { readonly rows: number; readonly recent: number },
    nowMs: number,
  ): Omit<SocketScreen, 'footer' | 'help'>;
  /** Milliseconds until there is something new to draw; undefined: not before a key. */
  readonly restMs: number | undefined;
  readonly help: readonly string[];
  readonly footer: string;
}

/** At most this share of the time is spent on drawing. */
const DRAWING_SHARE = 0.25;

/** Runs until the user quits; resolves with the exit code. */
export async function runTable(session: TableSession, terminal: Terminal, ink: Ink): Promise<number> {
  terminal.open();
  try {
    return await new TableLoop(session, terminal, ink).run();
  } finally {
    terminal.close();
  }
}

class TableLoop {
  private readonly widest: number[] = [];
  private prompt: { readonly line: Prompt; readonly direction: Direction } | undefined;
  private message: string | undefined;
  private helpIsShown = false;

  constructor(
    private readonly session: TableSession,
    private readonly terminal: Terminal,
    private readonly ink: Ink,
  ) {}

  async run(): Promise<number> {
    for (;;) {
      this.session.advance(performance.now());
      const drawnMs = this.draw();
      const { restMs } = this.session;
      const events = await this.terminal.happened(
        restMs === undefined ? undefined : Math.max(restMs, drawnMs / DRAWING_SHARE),
      );
      for (const event of events) {
        if (event.kind === 'closed') return 0;
        if (event.kind === 'ended') return event.exitCode;
        const exitCode = event.kind === 'key' ? this.take(event.key) : this.redraw();
        if (exitCode !== undefined) return exitCode;
      }
    }
  }

  /** How long it took, milliseconds. */
  private draw(): number {
    const beganMs = performance.now();
    const { size } = this.terminal;
    const screen = this.session.screen(fitOf(size), beganMs);
    const footer = this.prompt?.line.line ?? this.message ?? this.session.footer;
    const help = this.helpIsShown ? this.session.help : undefined;
    this.terminal.draw(screenLines({ ...screen, footer, help }, size, this.ink, this.widest));
    return performance.now() - beganMs;
  }

  private take(key: Parameters<typeof actionOf>[0]): number | undefined {
    if (this.prompt !== undefined) {
      this.answer(this.prompt.line.take(key), this.prompt.direction);
      return undefined;
    }
    this.message = undefined;
    const action = actionOf(key);
    if (action === undefined) {
      if (this.helpIsShown) this.helpIsShown = false;
      else if (key.name !== 'escape') this.message = 'unknown key: ? lists the keys';
      return undefined;
    }
    if (action.kind === 'quit') return 0;
    if (action.kind === 'interrupt') return 130;
    this.act(action);
    return undefined;
  }

  private act(action: Action): void {
    this.helpIsShown = action.kind === 'help' && !this.helpIsShown;
    if (action.kind === 'suspend') this.terminal.suspend();
    else if (action.kind === 'redraw') this.redraw();
    else if (action.kind === 'jump' && this.session.canJump) {
      const question = action.direction > 0 ? 'go to (14:05:30, +10s, -2m, start, end):' : 'go back by (10s, 2m):';
      this.prompt = { line: new Prompt(question), direction: action.direction };
    } else if (action.kind !== 'help') this.attempt(() => this.session.act(action, performance.now()));
  }

  private answer(taken: ReturnType<Prompt['take']>, direction: Direction): void {
    if (taken === undefined) return;
    this.prompt = undefined;
    if (taken === 'cancelled') return;
    this.attempt(() => this.session.jump(taken.answer, direction, performance.now()));
  }

  /** Shows an error at the bottom of the screen. */
  private attempt(deed: () => void): void {
    try {
      deed();
    } catch (error) {
      if (!(error instanceof SstoryError)) throw error;
      this.message = printable(error.message);
    }
  }

  private redraw(): undefined {
    this.widest.length = 0;
    this.terminal.clear();
  }
}
