import { SstoryError, usageError } from '../model/error.js';
import type { Interval } from '../model/interval.js';
import { parseTimeArgument } from '../model/time-argument.js';
import { localTime } from '../model/time-text.js';
import type { Note } from './note.js';

/** A time as typed. A note reports how an ambiguous one was read. */
export function momentOf(text: string, span: Interval, note: Note): number {
  const { us, note: reading } = parseTimeArgument(text, {
    nowUs: Date.now() * 1000,
    startUs: span.fromUs,
    endUs: span.toUs,
  });
  if (reading !== undefined) note(reading);
  return us;
}

export interface WindowArguments {
  readonly since?: string;
  readonly until?: string;
  /** The option that `since` comes from, if it is not `--since`. */
  readonly sinceName?: string;
  /** The window includes what is yet to be recorded. */
  readonly follow?: boolean;
}

/**
 * The window that `--since` and `--until` choose: without them, from the beginning, up to now or the end of the span. A note
 * reports the part that is not recorded: an empty answer there does not mean that nothing happened.
 * @throws SstoryError `bad-time`, `empty-window` (exit code 2), `outside` if no part of it is recorded
 */
export function windowOf(
  { since, until, follow, sinceName = '--since' }: WindowArguments,
  span: Interval & { readonly grows?: boolean; readonly isPart?: boolean },
  note: Note,
): Interval {
  const startUs = since === undefined ? 0 : momentOf(since, span, note);
  const endUs = until === undefined ? Math.max(Date.now() * 1000, span.toUs) : momentOf(until, span, note);
  if (until !== undefined && startUs > endUs)
    throw usageError('empty-window', `${sinceName} ${since ?? 'the start'} is later than --until ${until}`);
  const recorded = `recorded: ${localTime(span.fromUs)} to ${localTime(span.toUs)}`;
  if (until !== undefined && endUs < span.fromUs) throw outside(`--until ${until} (${localTime(endUs)})`, recorded);
  if (since !== undefined && startUs > span.toUs && follow !== true && span.grows !== true)
    throw outside(`${sinceName} ${since} (${localTime(startUs)})`, recorded);
  if (since !== undefined && startUs < span.fromUs) note(nothingBefore(span));
  return { fromUs: Math.max(startUs, 0), toUs: endUs };
}

/** What is missing from the time before what is recorded. A part has its connections from their beginning. */
export function nothingBefore({ fromUs, isPart }: Pick<Interval, 'fromUs'> & { readonly isPart?: boolean }): string {
  return isPart === true
    ? `recorded from ${localTime(fromUs)} on: of the time before only connections that lasted until then are there`
    : `nothing is recorded before ${localTime(fromUs)}`;
}

function outside(what: string, recorded: string): SstoryError {
  return new SstoryError('outside', `${what} is outside the recorded time`, { hint: recorded });
}
