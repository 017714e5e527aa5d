import { createInterface, type Interface } from 'node:readline';
import { SstoryError } from '../../model/error.js';
import { splitStatements } from '../../sql/sql-tokens.js';
import { openForReading } from '../../store/database.js';
import { completer } from './completion.js';
import { dotCommand } from './dot-commands.js';
import { EscapedEcho } from './escaped-echo.js';
import { historyPath, keepLine, readHistory } from './prompt-history.js';
import type { QuerySession } from './query-session.js';

const READY = 'sstory> ';
const MORE = '   ...> ';
/** Words that are no SQL, and mean one thing. */
const LEAVE = /^\s*(?:exit|quit)\s*;?\s*$/i;

/** The prompt of `sstory sql`: statements of several lines until a semicolon, dot commands, Ctrl-C to stop a query. */
export class Prompt {
  private readonly database;
  private readonly history = historyPath();
  private readonly input: Interface;
  private typed = '';
  private left = false;
  /** Lines are handled one after the other, also those typed while a query runs. */
  private work: Promise<void> = Promise.resolve();

  constructor(
    path: string,
    private readonly session: QuerySession,
  ) {
    this.database = openForReading(path);
    this.input = createInterface({
      input: process.stdin,
      output: new EscapedEcho(process.stdout),
      terminal: true,
      prompt: READY,
      completer: completer(this.database),
      history: readHistory(this.history),
      historySize: 1_000,
      removeHistoryDuplicates: true,
    });
  }

  /** Resolves with the exit code when the user leaves. */
  async run(): Promise<number> {
    process.stdout.write('sstory sql: .help lists the commands, Ctrl-D leaves\n');
    const closed = new Promise<void>((resolve) => this.input.once('close', resolve)).then(() => {
      this.left = true;
    });
    this.input.on('line', (line) => {
      this.work = this.work.then(() => this.take(line));
    });
    this.input.on('SIGINT', () => this.interrupt());
    this.input.prompt();
    await closed;
    this.session.stop();
    await this.work;
    this.database.close();
    process.stdout.write('\n');
    return 0;
  }

  /** Ctrl-C: stops the running query, or clears what is typed. */
  private interrupt(): void {
    if (this.session.isRunning) {
      this.session.stop();
      return;
    }
    this.typed = '';
    this.input.write(null, { ctrl: true, name: 'e' });
    this.input.write(null, { ctrl: true, name: 'u' });
    process.stdout.write('\n');
    this.ask();
  }

  private async take(line: string): Promise<void> {
    if (line.trim() !== '') keepLine(this.history, line);
    if (this.typed === '' && LEAVE.test(line)) this.command('.quit');
    else if (this.typed === '' && line.trimStart().startsWith('.')) this.command(line);
    else await this.statementsOf(`${this.typed}${line}\n`);
    this.ask();
  }

  private async statementsOf(text: string): Promise<void> {
    const { statements, rest } = splitStatements(text);
    this.typed = rest === '' ? '' : `${rest}\n`;
    for (const statement of statements) {
      if (!(await this.show(statement))) break;
    }
  }

  /** Reports an error; the prompt continues. */
  private async show(statement: string): Promise<boolean> {
    try {
      if ((await this.session.show(statement)) === 'done') return true;
      process.stdout.write('stopped\n');
    } catch (error) {
      if (!(error instanceof SstoryError)) throw error;
      process.stderr.write(`${error.lines.join('\n  ')}\n`);
    }
    return false;
  }

  private command(line: string): void {
    const { text, format, quit } = dotCommand(this.database, line);
    if (text !== '') process.stdout.write(`${text}\n`);
    if (format !== undefined) this.session.format = format;
    if (quit) {
      this.left = true;
      this.input.close();
    }
  }

  private ask(): void {
    if (this.left) return;
    this.input.setPrompt(this.typed === '' ? READY : MORE);
    this.input.prompt();
  }
}
