import { usageError } from '../model/error.js';
import { parseTimeArgument } from '../model/time-argument.js';
import type { Recorded } from '../query/index.js';

/** A moment as typed; what had to be decided to understand it is told on stderr. */
export function momentOf(text: string, span: Recorded): number {
  const { us, note } = parseTimeArgument(text, { nowUs: Date.now() * 1000, startUs: span.startUs, endUs: span.endUs });
  if (note !== undefined) process.stderr.write(`sstory: ${note}\n`);
  return us;
}

/**
 * The window that `--since` and `--until` leave of a recording: from its beginning, up to now or to its end.
 * @throws SstoryError `bad-time`, `empty-window` (exit code 2)
 */
export function windowOf(
  { since, until }: { readonly since?: string; readonly until?: string },
  span: Recorded,
): Recorded {
  const startUs = since === undefined ? 0 : momentOf(since, span);
  const endUs = until === undefined ? Math.max(Date.now() * 1000, span.endUs) : momentOf(until, span);
  if (until !== undefined && startUs > endUs)
    throw usageError('empty-window', `--since ${since ?? 'the start'} is later than --until ${until}`);
  return { startUs: Math.max(startUs, 0), endUs };
}
