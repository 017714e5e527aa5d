/** The part of the history that a command reads. */
import type Database from 'better-sqlite3';
import { SstoryError } from '../../model/error.js';
import type { Interval } from '../../model/interval.js';
import { localTime } from '../../model/time-text.js';
import { recordedSpan } from '../../query/span.js';
import type { WindowArguments } from './time-window.js';
import { momentOf, windowOf } from './time-window.js';

/**
 * What is recorded in the file.
 * @throws SstoryError `empty`
 */
export function spanOf(database: Database.Database, file: string): Interval {
  const span = recordedSpan(database);
  if (span === undefined) throw new SstoryError('empty', `nothing is recorded in ${file} yet`);
  return span;
}

/** From `--since` to `--until`, within the span; the whole span without them. */
export function recordedWindow(options: WindowArguments, span: Interval): Interval {
  const { fromUs, toUs } = windowOf(options, span);
  return { fromUs: options.since === undefined ? span.fromUs : fromUs, toUs: Math.min(toUs, span.toUs) };
}

/**
 * A time as typed.
 * @throws SstoryError `bad-time`, and `outside` where nothing is recorded
 */
export function recordedMoment(name: string, text: string, span: Interval, file: string): number {
  const us = momentOf(text, span);
  if (us >= span.fromUs && us <= span.toUs) return us;
  throw new SstoryError('outside', `${name} ${text} (${localTime(us)}) is outside the recorded time`, {
    hint: `${file} covers ${localTime(span.fromUs)} to ${localTime(span.toUs)}`,
  });
}
