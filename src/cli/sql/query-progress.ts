import { durationText } from '../../model/time-text.js';

/** When a query counts as long, and how often it is told, milliseconds. */
const FIRST_MS = 1_000;
const EVERY_MS = 500;
const CLEAR_LINE = '\r\x1b[K';

/** Tells on a terminal how long a query has been running, how many rows it gave, and how to stop it. */
export class QueryProgress {
  private rows = 0;
  private shown = false;
  private readonly startMs = performance.now();
  private readonly timer: NodeJS.Timeout | undefined;

  /** `rowsOnTerminal`: rows go to the same terminal, so nothing more is told once they come. */
  constructor(
    private readonly stream: NodeJS.WriteStream,
    private readonly rowsOnTerminal: boolean,
  ) {
    this.timer = stream.isTTY ? setInterval(() => this.tell(), EVERY_MS) : undefined;
    this.timer?.unref();
  }

  count(rows: number): void {
    this.rows += rows;
    if (this.rowsOnTerminal) this.end();
  }

  /** A line for the reader, above the progress. */
  say(text: string): void {
    this.clear();
    this.stream.write(`sstory: ${text}\n`);
  }

  end(): void {
    clearInterval(this.timer);
    this.clear();
  }

  private tell(): void {
    const ms = performance.now() - this.startMs;
    if (ms < FIRST_MS) return;
    const rows = this.rows === 0 ? '' : `, ${this.rows.toLocaleString('en')} rows`;
    this.stream.write(`${CLEAR_LINE}running for ${durationText(ms * 1000)}${rows}; Ctrl-C stops it`);
    this.shown = true;
  }

  private clear(): void {
    if (this.shown) this.stream.write(CLEAR_LINE);
    this.shown = false;
  }
}
