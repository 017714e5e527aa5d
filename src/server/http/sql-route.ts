import type { Context } from 'hono';
import { usageError } from '../../model/error.js';
import { oneStatement, sqlLineCsv, sqlLineText } from '../sql/sql-answer.js';
import type { SqlDesk } from '../sql/sql-desk.js';
import { SQL_LIMITS } from '../sql/sql-limits.js';
import { boundedBody } from './bounded-body.js';
import { CSV_TYPE, JSON_LINES } from './media-types.js';
import { TextStream } from './text-stream.js';

/** For what is left of an answer when the time of its query is over, seconds. */
const GRACE_S = 5;
/** No one writes a longer query. */
const MOST_BYTES = 65_536;

/**
 * Answers POST /api/sql as the query runs, and no faster than the client reads: a query that is not read waits, within its time limit.
 * @throws SstoryError `too-large`, `no-query`, `one-query`, `usage`
 */
export async function sqlRoute(c: Context, desk: SqlDesk): Promise<Response> {
  const sql = oneStatement(queryIn(await boundedBody(c.req.raw, MOST_BYTES)));
  const isCsv = c.req.query('format') === 'csv';
  const stream = new TextStream(c.req.raw.signal);
  const answer = desk.answer(sql, stream.gone.signal, async (line) => {
    await stream.room();
    stream.put(isCsv ? sqlLineCsv(line) : sqlLineText(line));
  });
  // Where too many run, it fails before anything is sent.
  await Promise.race([answer, Promise.resolve()]);
  // The query has ended by then: what is left of its answer waits for a client that does not read.
  const patience = setTimeout(() => stream.abandon('not read in time'), (SQL_LIMITS.seconds + GRACE_S) * 1_000);
  void answer
    .finally(() => {
      clearTimeout(patience);
      stream.end();
    })
    .catch(() => undefined);
  return c.body(stream.body, 200, { 'Content-Type': isCsv ? CSV_TYPE : JSON_LINES });
}

function queryIn(body: string): string {
  try {
    const { sql } = JSON.parse(body) as { sql?: unknown };
    if (typeof sql === 'string') return sql;
  } catch {
    // Reported below.
  }
  throw usageError('usage', 'the body is no object with a text `sql`', '{"sql": "SELECT * FROM connections LIMIT 5"}');
}
