/** The time that a command over history is about. */
import type Database from 'better-sqlite3';
import type { Command } from 'commander';
import { SstoryError, usageError } from '../model/error.js';
import { parseTimeArgument } from '../model/time-argument.js';
import { type Recorded, recordedSpan } from '../query/index.js';
import { localTime } from '../view/index.js';
import { DEFAULT_DATABASE } from './command-line.js';

export interface WindowOptions {
  readonly db: string;
  readonly since?: string;
  readonly until?: string;
  readonly json?: boolean;
}

/** Adds what every command over history takes. */
export function historyOptions(parser: Command): Command {
  return parser
    .argument('[filter...]', "which connections, in ss's filter language")
    .option('--db <file>', 'the database', DEFAULT_DATABASE)
    .option('-S, --since <time>', "from this time on: '10 min ago', 14:05, 2026-11-21T02:13:33.123456Z ...")
    .option('-U, --until <time>', 'up to this time')
    .option('--json', 'one JSON object a line');
}

/** What is recorded in the file; throws where nothing is. */
export function spanOf(database: Database.Database, file: string): Recorded {
  const span = recordedSpan(database);
  if (span === undefined) throw new SstoryError('empty', `${file} holds no recording yet`);
  return span;
}

/** A moment as typed; what had to be decided to understand it is told on stderr. */
export function momentOf(text: string, span: Recorded): number {
  const { us, note } = parseTimeArgument(text, { nowUs: Date.now() * 1000, startUs: span.startUs, endUs: span.endUs });
  if (note !== undefined) process.stderr.write(`sstory: ${note}\n`);
  return us;
}

/** From `--since` to `--until`, the whole recording where they are not given; never past what is recorded. */
export function windowOf({ since, until }: WindowOptions, span: Recorded): { fromUs: number; toUs: number } {
  const fromUs = since === undefined ? span.startUs : momentOf(since, span);
  const toUs = until === undefined ? span.endUs : Math.min(momentOf(until, span), span.endUs);
  if (until !== undefined && fromUs > momentOf(until, span)) {
    throw usageError('empty-window', `--since ${since ?? 'start'} is later than --until ${until}`);
  }
  return { fromUs: Math.max(0, fromUs), toUs };
}

/** A moment that must lie within the recording. */
export function recordedMoment(name: string, text: string, span: Recorded, file: string): number {
  const us = momentOf(text, span);
  if (us >= span.startUs && us <= span.endUs) return us;
  throw new SstoryError('outside', `${name} ${text} (${localTime(us)}) lies outside the recording`, {
    hint: `${file} goes from ${localTime(span.startUs)} to ${localTime(span.endUs)}`,
  });
}
