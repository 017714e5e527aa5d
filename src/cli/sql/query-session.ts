import { QueryRunner } from '../../sql/query-runner.js';
import { LineOutput } from '../output/line-output.js';
import { type AnswerWriter, answerWriter, type Format } from './answer-format.js';
import { QueryProgress } from './query-progress.js';

/** Runs statements and shows their answers, one after the other. */
export class QuerySession {
  private readonly runner: QueryRunner;
  private readonly output = new LineOutput(process.stdout);
  private running = false;

  constructor(
    path: string,
    public format: Format,
  ) {
    this.runner = new QueryRunner(path);
  }

  /** Whether there is something to stop. */
  get isRunning(): boolean {
    return this.running;
  }

  /**
   * Shows the answer of one statement; resolves with `stopped` after `stop`.
   * @throws SstoryError if the statement fails; rows before that are shown
   */
  async show(sql: string): Promise<'done' | 'stopped'> {
    const progress = new QueryProgress(process.stderr, process.stdout.isTTY === true);
    let writer: AnswerWriter | undefined;
    this.running = true;
    try {
      const outcome = await this.runner.run(sql, Date.now() * 1000, {
        columns: async (names) => {
          writer = await answerWriter(this.format, names, this.output);
        },
        rows: async (rows) => {
          progress.count(rows.length);
          await writer?.rows(rows);
          await this.output.flush();
        },
        note: (text) => progress.note(text),
      });
      progress.end();
      if (outcome === 'done') await writer?.end();
      await this.output.flush();
      return outcome;
    } finally {
      this.running = false;
      progress.end();
    }
  }

  stop(): void {
    this.runner.stop();
  }

  [Symbol.dispose](): void {
    this.runner[Symbol.dispose]();
  }
}
