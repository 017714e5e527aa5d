import { counted } from '../../model/counted.js';
import { durationText } from '../../model/time-text.js';
import { say } from '../output/say.js';

/** When a query counts as long, and how often its progress is shown, milliseconds. */
const FIRST_MS = 1_000;
const EVERY_MS = 500;
const CLEAR_LINE = '\r\x1b[K';

/** Shows on a terminal how long a query has been running, how many rows it returned, and how to stop it. */
export class QueryProgress {
  private rows = 0;
  private shown = false;
  private readonly startMs = performance.now();
  private readonly timer: NodeJS.Timeout | undefined;

  /** `rowsOnTerminal`: rows go to the same terminal, so the progress ends with the first of them. */
  constructor(
    private readonly stream: NodeJS.WriteStream,
    private readonly rowsOnTerminal: boolean,
  ) {
    this.timer = stream.isTTY ? setInterval(() => this.show(), EVERY_MS) : undefined;
    this.timer?.unref();
  }

  count(rows: number): void {
    this.rows += rows;
    if (this.rowsOnTerminal) this.end();
  }

  /** Writes a note above the progress. */
  note(text: string): void {
    this.clear();
    say(text, this.stream);
  }

  end(): void {
    clearInterval(this.timer);
    this.clear();
  }

  private show(): void {
    const ms = performance.now() - this.startMs;
    if (ms < FIRST_MS) return;
    const rows = this.rows === 0 ? '' : `, ${counted(this.rows, 'row')}`;
    this.stream.write(`${CLEAR_LINE}running for ${durationText(ms * 1000)}${rows}; Ctrl-C stops it`);
    this.shown = true;
  }

  private clear(): void {
    if (this.shown) this.stream.write(CLEAR_LINE);
    this.shown = false;
  }
}
