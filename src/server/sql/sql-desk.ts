import { SstoryError } from '../../model/error.js';
import { QueryRunner } from '../../sql/query-runner.js';
import { answerSql, type PutLine } from './sql-answer.js';

/** Queries at once: each is a process. */
const MOST_QUERIES = 4;
/** A process without a query ends after this time, milliseconds. */
const IDLE_MS = 60_000;

/** Runs queries, each in the process that `sstory sql` uses. */
export class SqlDesk {
  private running = 0;
  private readonly idle: QueryRunner[] = [];
  private idleTimer: NodeJS.Timeout | undefined;

  constructor(private readonly file: string) {}

  /**
   * Resolves when the answer is complete. `gone`: see `answerSql`.
   * @throws SstoryError `busy`
   */
  async answer(sql: string, gone: AbortSignal, put: PutLine): Promise<void> {
    if (this.running >= MOST_QUERIES)
      throw new SstoryError('busy', `${MOST_QUERIES} queries are running already`, { hint: 'stop one, or wait' });
    this.running++;
    const runner = this.idle.pop() ?? new QueryRunner(this.file);
    try {
      await answerSql(runner, sql, gone, put);
    } finally {
      this.running--;
      this.idle.push(runner);
      clearTimeout(this.idleTimer);
      this.idleTimer = setTimeout(() => this.rest(), IDLE_MS);
      this.idleTimer.unref();
    }
  }

  close(): void {
    clearTimeout(this.idleTimer);
    this.rest();
  }

  private rest(): void {
    for (const runner of this.idle.splice(0)) runner[Symbol.dispose]();
  }
}
