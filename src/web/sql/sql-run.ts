/** A statement that runs on the server, and what it has answered so far. */
import { signal } from '@preact/signals';
import type { Failure, SqlLine } from '../../server/contract.js';
import { failureIn } from '../answer.js';
import { address, jsonLines } from '../api.js';
import type { Row } from './result-shape.js';

export interface SqlRun {
  readonly sql: string;
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
  readonly notes: readonly string[];
  readonly running: boolean;
  readonly stopped: boolean;
  readonly ms: number | undefined;
  readonly limit: 'rows' | 'time' | null;
  readonly error: Failure['error'] | undefined;
}

export const run = signal<SqlRun | undefined>(undefined);

let abort: AbortController | undefined;

/** Runs a statement; the one before is stopped. */
export async function runSql(sql: string): Promise<void> {
  abort?.abort();
  const own = new AbortController();
  abort = own;
  let now: SqlRun = {
    ...{ sql, columns: [], rows: [], notes: [], running: true, stopped: false },
    ...{ ms: undefined, limit: null, error: undefined },
  };
  const show = (part: Partial<SqlRun>) => {
    now = { ...now, ...part };
    if (abort === own) run.value = now;
  };
  show({});
  const startedMs = performance.now();
  const init = {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ sql }),
    signal: own.signal,
  };
  // Grows in place: a copy for each line of an answer of many would take quadratic time.
  const rows: Row[] = [];
  try {
    for await (const line of jsonLines<SqlLine>(address('sql'), init)) {
      if ('columns' in line) show({ columns: line.columns });
      else if ('rows' in line) {
        for (const row of line.rows) rows.push(row as Row);
        show({ rows });
      } else if ('note' in line) show({ notes: [...now.notes, line.note] });
      else if ('end' in line) show({ ms: line.end.ms, limit: line.end.limit });
      else show({ error: line.error });
    }
    show({ running: false, ms: now.ms ?? performance.now() - startedMs });
  } catch (error) {
    if (own.signal.aborted) show({ running: false, stopped: true });
    else show({ running: false, error: failureIn(error) });
  }
}

/** Ends the request; the server then ends the query. */
export function stopSql(): void {
  abort?.abort();
}
