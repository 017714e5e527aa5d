import { SstoryError, usageError } from '../../model/error.js';
import { parseTimeArgument } from '../../model/time-argument.js';
import { localTime } from '../../model/time-text.js';
import type { Recorded } from '../../query/transition-log.js';

/** A moment as typed; what had to be decided to understand it is told on stderr. */
export function momentOf(text: string, span: Recorded): number {
  const { us, note } = parseTimeArgument(text, { nowUs: Date.now() * 1000, startUs: span.startUs, endUs: span.endUs });
  if (note !== undefined) process.stderr.write(`sstory: ${note}\n`);
  return us;
}

interface WindowArguments {
  readonly since?: string;
  readonly until?: string;
  /** The option that gave `since`, where it is another. */
  readonly sinceName?: string;
  /** What is still to be recorded belongs to it. */
  readonly follow?: boolean;
}

/**
 * The window that `--since` and `--until` leave of a recording: from its beginning, up to now or to its end. What of it is not
 * recorded is told on stderr: nothing seen there does not mean that nothing was.
 * @throws SstoryError `bad-time`, `empty-window` (exit code 2), `outside` where all of it lies outside the recording
 */
export function windowOf({ since, until, follow, sinceName = '--since' }: WindowArguments, span: Recorded): Recorded {
  const startUs = since === undefined ? 0 : momentOf(since, span);
  const endUs = until === undefined ? Math.max(Date.now() * 1000, span.endUs) : momentOf(until, span);
  if (until !== undefined && startUs > endUs)
    throw usageError('empty-window', `${sinceName} ${since ?? 'the start'} is later than --until ${until}`);
  const recorded = `recorded is ${localTime(span.startUs)} to ${localTime(span.endUs)}`;
  if (until !== undefined && endUs < span.startUs) throw outside(`--until ${until} (${localTime(endUs)})`, recorded);
  if (since !== undefined && startUs > span.endUs && follow !== true)
    throw outside(`${sinceName} ${since} (${localTime(startUs)})`, recorded);
  if (since !== undefined && startUs < span.startUs)
    process.stderr.write(`sstory: nothing is recorded from before ${localTime(span.startUs)}\n`);
  return { startUs: Math.max(startUs, 0), endUs };
}

function outside(what: string, recorded: string): SstoryError {
  return new SstoryError('outside', `${what} lies outside the recording`, { hint: recorded });
}
