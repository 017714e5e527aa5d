import { execa } from 'execa';
import type { Cell } from '../../src/sql/cell.js';
import { QueryRunner } from '../../src/sql/query-runner.js';

export type Row = Readonly<Record<string, Cell>>;

/** The rows that the stock sqlite3 gives; its errors are thrown. */
export async function answerOfSqlite(path: string, query: string): Promise<Row[]> {
  const { stdout } = await execa('sqlite3', ['-readonly', '-json', '-bail', path], { input: query });
  return stdout.trim() === '' ? [] : (JSON.parse(stdout) as Row[]);
}

/** Runs statements as `sstory sql` does, all in one process. */
export class Sstory {
  private readonly runner: QueryRunner;

  constructor(path: string) {
    this.runner = new QueryRunner(path);
  }

  /** @param nowUs what `now` means in the statement */
  async rows(query: string, nowUs: number): Promise<Row[]> {
    let names: readonly string[] = [];
    const found: Row[] = [];
    await this.runner.run(query.trim().replace(/;$/, ''), nowUs, {
      columns: (columns) => {
        names = columns;
      },
      rows: (rows) => {
        found.push(...rows.map((row) => Object.fromEntries(names.map((name, i) => [name, row[i] ?? null]))));
      },
      note: () => undefined,
    });
    return found;
  }

  [Symbol.dispose](): void {
    this.runner[Symbol.dispose]();
  }
}
