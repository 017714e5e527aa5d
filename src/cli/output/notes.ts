import { appendFileSync } from 'node:fs';
import { printable } from '../../model/printable.js';
import { localTime } from '../../model/time-text.js';
import { journalPrefix, type Priority } from '../../sys/journal.js';

const CLEAR_LINE = '\r\x1b[K';

/** The recorder's messages: lines on stderr (and in the --log file), and one status line that is rewritten in place. */
export class Notes {
  private status = '';

  constructor(
    private readonly stream: NodeJS.WriteStream,
    private readonly logFile: string | undefined,
  ) {}

  say(text: string, priority: Priority = 'info'): void {
    const clear = this.status === '' ? '' : CLEAR_LINE;
    const line = printable(text);
    this.stream.write(`${clear}${journalPrefix(priority)}sstory: ${line}\n${this.status}`);
    if (this.logFile === undefined) return;
    try {
      appendFileSync(this.logFile, `${localTime(Date.now() * 1000)} ${line}\n`, { mode: 0o600 });
    } catch {
      // The disk may be full: the message is on stderr.
    }
  }

  /** Only a terminal does. */
  get showsStatus(): boolean {
    return this.stream.isTTY;
  }

  showStatus(line: string): void {
    this.status = printable(line).slice(0, (this.stream.columns ?? 80) - 1);
    this.stream.write(`${CLEAR_LINE}${this.status}`);
  }

  endStatus(): void {
    if (this.status !== '') this.stream.write('\n');
    this.status = '';
  }
}
