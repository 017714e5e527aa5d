/** The part of the history that is asked for. */
import type Database from 'better-sqlite3';
import { SstoryError } from '../model/error.js';
import type { Interval } from '../model/interval.js';
import { isPart } from '../model/run-note.js';
import { localTime } from '../model/time-text.js';
import { recordedSpan } from '../query/span.js';
import { readRuns } from '../store/runs.js';
import type { Note } from './note.js';
import { recorderHere } from './recorder-here.js';
import type { WindowArguments } from './time-window.js';
import { momentOf, windowOf } from './time-window.js';

/** A recorder is always a little behind; that far it is reported, microseconds. */
const SAID_BEHIND_US = 2_000_000;

/** From the first to the last recorded moment. */
export interface RecordedSpan extends Interval {
  /** A recorder adds to it. */
  readonly grows: boolean;
  /** It is a part of a history. */
  readonly isPart?: boolean;
}

/**
 * What is recorded in the file.
 * @throws SstoryError `empty`
 */
export function spanOf(database: Database.Database, file: string): RecordedSpan {
  const span = spanIn(database);
  if (span === undefined) throw new SstoryError('empty', `nothing is recorded in ${file} yet`);
  return span;
}

/** What is recorded; undefined: nothing. */
export function spanIn(database: Database.Database): RecordedSpan | undefined {
  const span = recordedSpan(database);
  return (
    span && {
      ...span,
      grows: recorderHere(database, Date.now() * 1000).kind === 'running',
      isPart: readRuns(database).slice(0, 1).some(isPart),
    }
  );
}

/** From `--since` to `--until`, within the span; the whole span without them. */
export function recordedWindow(options: WindowArguments, span: Interval, note: Note): Interval {
  const { fromUs, toUs } = windowOf(options, span, note);
  return { fromUs: options.since === undefined ? span.fromUs : fromUs, toUs: Math.min(toUs, span.toUs) };
}

/**
 * A time as typed. Next to a running recorder, a moment that it has not completed is the latest one that it has.
 * @throws SstoryError `bad-time`, and `outside` where nothing is recorded
 */
export function recordedMoment(name: string, text: string, span: RecordedSpan, file: string, note: Note): number {
  const us = momentOf(text, span, note);
  if (us >= span.fromUs && us <= span.toUs) return us;
  if (span.grows && us > span.toUs && us <= Date.now() * 1000) return latest(name, text, us, span.toUs, note);
  throw new SstoryError('outside', `${name} ${text} (${localTime(us)}) is outside the recorded time`, {
    hint: `${file} covers ${localTime(span.fromUs)} to ${localTime(span.toUs)}`,
  });
}

function latest(name: string, text: string, us: number, toUs: number, note: Note): number {
  if (us - toUs > SAID_BEHIND_US) note(`${name} ${text}: recorded until ${localTime(toUs)} so far, shown as of then`);
  return toUs;
}
