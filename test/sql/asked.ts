/** A small history, and statements that the process for queries answers about it. */
import { equal } from 'node:assert/strict';
import type { SstoryError } from '../../src/model/error.js';
import type { Cell } from '../../src/sql/cell.js';
import { type Answer, QueryRunner } from '../../src/sql/query-runner.js';
import { openForWriting } from '../../src/store/database.js';
import { BASE_US, connectionOf, usAt, writeHistory } from '../lab/history.js';

const NOW_US = BASE_US + 3_600_000_000;

/** Three connections, a gap and a name, 100 seconds from BASE_US on. */
export function writeSmallHistory(path: string): void {
  writeHistory(path, {
    connections: [
      connectionOf(1, [
        [1, 'SYN-SENT'],
        [1.01, 'ESTAB'],
        [10, 'FIN-WAIT-1'],
        [10.1, 'TIME-WAIT'],
        [70, 'UNCONN'],
      ]),
      connectionOf(
        2,
        [
          [2, 'SYN-SENT'],
          [5, 'UNCONN'],
        ],
        { closeReason: 'timed out' },
      ),
      connectionOf(3, [
        [3, 'SYN-SENT'],
        [3.2, 'ESTAB'],
      ]),
    ],
    gaps: [{ fromUs: usAt(40), toUs: usAt(41) }],
  });
  const database = openForWriting(path);
  database.exec(`INSERT INTO names VALUES ('search.example', '10.0.0.2', ${usAt(0)}, ${usAt(50)}, 'dns', 1, NULL),
    ('moved.example', '10.0.0.9', ${usAt(0)}, ${usAt(20)}, 'dns', 1, 'replaced'),
    ('moved.example', '10.0.0.2', ${usAt(20)}, NULL, 'dns', 1, NULL)`);
  database.close();
}

/** What one statement gives: its rows as objects, its notes, and how it fails; empty where it does not. */
export interface Asked {
  readonly rows: readonly Record<string, Cell>[];
  readonly notes: readonly string[];
  readonly failure: string;
}

/** Asks one process for all statements, as the prompt does. */
export class Asker {
  private readonly runner: QueryRunner;

  constructor(path: string) {
    this.runner = new QueryRunner(path);
  }

  async ask(query: string): Promise<Asked> {
    let names: readonly string[] = [];
    const rows: Record<string, Cell>[] = [];
    const notes: string[] = [];
    const answer: Answer = {
      columns: (columns) => {
        names = columns;
      },
      rows: (more) => {
        rows.push(...more.map((row) => Object.fromEntries(names.map((name, i) => [name, row[i] ?? null]))));
      },
      note: (text) => {
        notes.push(text);
      },
    };
    const failure = await this.runner.run(query, NOW_US, answer).then(
      () => '',
      (error: SstoryError) => error.lines.join('\n'),
    );
    return { rows, notes, failure };
  }

  /** The rows of a statement that must not fail. */
  async rows(query: string): Promise<readonly Record<string, Cell>[]> {
    const { rows, failure } = await this.ask(query);
    equal(failure, '');
    return rows;
  }

  [Symbol.dispose](): void {
    this.runner[Symbol.dispose]();
  }
}
