import { SstoryError, usageError } from '../../model/error.js';
import type { Interval } from '../../model/interval.js';
import { parseTimeArgument } from '../../model/time-argument.js';
import { localTime } from '../../model/time-text.js';

/** A moment as typed; what had to be decided to understand it is told on stderr. */
export function momentOf(text: string, span: Interval): number {
  const { us, note } = parseTimeArgument(text, { nowUs: Date.now() * 1000, startUs: span.fromUs, endUs: span.toUs });
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
export function windowOf({ since, until, follow, sinceName = '--since' }: WindowArguments, span: Interval): Interval {
  const startUs = since === undefined ? 0 : momentOf(since, span);
  const endUs = until === undefined ? Math.max(Date.now() * 1000, span.toUs) : momentOf(until, span);
  if (until !== undefined && startUs > endUs)
    throw usageError('empty-window', `${sinceName} ${since ?? 'the start'} is later than --until ${until}`);
  const recorded = `recorded is ${localTime(span.fromUs)} to ${localTime(span.toUs)}`;
  if (until !== undefined && endUs < span.fromUs) throw outside(`--until ${until} (${localTime(endUs)})`, recorded);
  if (since !== undefined && startUs > span.toUs && follow !== true)
    throw outside(`${sinceName} ${since} (${localTime(startUs)})`, recorded);
  if (since !== undefined && startUs < span.fromUs)
    process.stderr.write(`sstory: nothing is recorded from before ${localTime(span.fromUs)}\n`);
  return { fromUs: Math.max(startUs, 0), toUs: endUs };
}

function outside(what: string, recorded: string): SstoryError {
  return new SstoryError('outside', `${what} lies outside the recording`, { hint: recorded });
}
