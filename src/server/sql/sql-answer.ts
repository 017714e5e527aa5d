/** POST /api/sql: the answer of one query, as lines of JSON. */

import { type CsvValue, csvRecord } from '../../model/csv.js';
import { SstoryError, usageError } from '../../model/error.js';
import { jsonText } from '../../model/printable.js';
import type { Cell } from '../../sql/cell.js';
import type { QueryRunner } from '../../sql/query-runner.js';
import { splitStatements } from '../../sql/sql-tokens.js';
import type { SqlLine } from '../contract.js';
import { failedAnswer } from '../failure.js';
import { SQL_LIMITS } from './sql-limits.js';

/** Accepts a line of the answer; resolves when there is room for the next. */
export type PutLine = (line: SqlLine) => Promise<void>;

/**
 * The one statement of a text.
 * @throws SstoryError `no-query`, `one-query`
 */
export function oneStatement(text: string): string {
  const { statements, rest } = splitStatements(text);
  const all = [...statements, rest].filter((statement) => statement.trim() !== '');
  const [statement] = all;
  if (statement === undefined) throw usageError('no-query', 'the query is empty');
  if (all.length > 1) throw usageError('one-query', `${all.length} statements: one at a time is answered`);
  return statement;
}

/** Runs a statement within the limits. `gone`: aborted when no one waits for the answer. */
export async function answerSql(runner: QueryRunner, sql: string, gone: AbortSignal, put: PutLine): Promise<void> {
  const beganMs = performance.now();
  let limit: 'rows' | 'time' | null = null;
  let rows = 0;
  const stop = () => runner.stop();
  const timer = setTimeout(() => {
    limit ??= 'time';
    stop();
  }, SQL_LIMITS.seconds * 1_000);
  gone.addEventListener('abort', stop, { once: true });
  try {
    await runner.run(sql, Date.now() * 1_000, {
      columns: (columns) => put({ columns: [...columns] }),
      rows: async (piece) => {
        if (limit !== null) return;
        const room = piece.slice(0, SQL_LIMITS.rows - rows);
        rows += room.length;
        if (room.length > 0) await put({ rows: room.map((row) => row.map(shown)) });
        if (room.length === piece.length) return;
        limit = 'rows';
        stop();
      },
      note: (note) => void put({ note }),
    });
    await put({ end: { rows, ms: Math.round(performance.now() - beganMs), limit } });
  } catch (error) {
    await put(failedAnswer(named(error)).body);
  } finally {
    clearTimeout(timer);
    gone.removeEventListener('abort', stop);
  }
}

function named(error: unknown): unknown {
  return error instanceof SstoryError || !(error instanceof Error) ? error : new SstoryError('sql', error.message);
}

/** Integers beyond 2^53 and bytes are text. */
function shown(cell: Cell): string | number | null {
  if (typeof cell === 'bigint') return String(cell);
  if (typeof cell === 'number') return Number.isFinite(cell) ? cell : String(cell);
  return typeof cell === 'string' || cell === null ? cell : `x'${Buffer.from(cell).toString('hex')}'`;
}

/** A line as it is sent. */
export function sqlLineText(line: SqlLine): string {
  return `${jsonText(line)}\n`;
}

/** The same as CSV: the columns, then the rows. What ended it is the last record, where it was no end of the rows. */
export function sqlLineCsv(line: SqlLine): string {
  const records: readonly (readonly CsvValue[])[] =
    'columns' in line
      ? [line.columns]
      : 'rows' in line
        ? (line.rows as CsvValue[][])
        : 'error' in line
          ? [[`error: ${line.error.message}`]]
          : 'end' in line && line.end.limit !== null
            ? [[`cut off: the limit of ${line.end.limit} was reached`]]
            : [];
  return records.map((record) => `${csvRecord(record)}\r\n`).join('');
}
