/** Answers that a pool of processes makes. */
import type { Context } from 'hono';
import { SstoryError } from '../../model/error.js';
import { type FailedAnswer, failedAnswer } from '../failure.js';
import type { AnswerPool } from '../pool/answer-pool.js';
import type { Outcome } from '../pool/answer-worker.js';
import type { Question } from '../pool/messages.js';
import { CSV_TYPE, JSON_LINES, JSON_TYPE } from './media-types.js';
import { TextStream } from './text-stream.js';

/** An answer of up to so many characters is sent when it is complete: its failure has a status of its own. */
const MOST_HELD = 262_144;

/**
 * `whole`: one JSON text. `lines`: lines of JSON, sent as they come; a failure after the first is the last line. Larger answers are sent
 * as fast as they are read, and one that is cut off breaks the connection: it must not look complete.
 */
export type Kind = 'whole' | 'lines';

/** Answers a question. */
export async function answerRoute(
  c: Context,
  pool: AnswerPool,
  question: Question,
  kind: Kind = 'whole',
): Promise<Response> {
  const stream = new TextStream(c.req.raw.signal);
  const most = kind === 'lines' ? 0 : MOST_HELD;
  let held = '';
  return await new Promise<Response>((resolve, reject) => {
    let hasBegun = false;
    const begin = () => {
      hasBegun = true;
      resolve(c.body(stream.body, 200, headersOf(c, question, kind)));
      stream.put(held);
      held = '';
    };
    const take = (piece: string): Promise<void> | undefined => {
      if (hasBegun) stream.put(piece);
      else {
        held += piece;
        if (held.length < most) return undefined;
        begin();
      }
      return stream.room();
    };
    const run = async () => {
      const outcome = await pool.ask(question, stream.gone.signal, take);
      if (outcome === 'done') {
        if (hasBegun) stream.end();
        else resolve(c.body(held, 200, headersOf(c, question, kind)));
        return;
      }
      const failure = failureOf(outcome);
      if (!hasBegun) resolve(failed(failure, c));
      else if (kind === 'whole' || c.req.query('format') === 'csv') stream.abandon(failure.body.error.message);
      else {
        stream.put(`${JSON.stringify(failure.body)}\n`);
        stream.end();
      }
    };
    run().catch(reject);
  });
}

export function failed({ status, body }: FailedAnswer, c: Context): Response {
  return c.json(body, status);
}

function headersOf(c: Context, { route }: Question, kind: Kind): Record<string, string> {
  if (c.req.query('format') !== 'csv') return { 'Content-Type': kind === 'whole' ? JSON_TYPE : JSON_LINES };
  return { 'Content-Type': CSV_TYPE, 'Content-Disposition': `attachment; filename="sstory-${route}.csv"` };
}

/** What was killed without a client that waits was killed by its own doing. */
function failureOf(outcome: Exclude<Outcome, 'done'>): FailedAnswer {
  if (outcome !== 'killed') return outcome;
  return failedAnswer(new SstoryError('stopped', 'the process that answered it ended: it may have run out of memory'));
}
