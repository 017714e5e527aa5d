/** The time that a command over history is about. */

import type Database from 'better-sqlite3';
import type { Command } from 'commander';
import { SstoryError } from '../../model/error.js';
import type { Interval } from '../../model/interval.js';
import { localTime } from '../../model/time-text.js';
import { recordedSpan } from '../../query/span.js';
import { DEFAULT_DATABASE } from '../command.js';
import { momentOf, windowOf } from './time-window.js';

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
export function spanOf(database: Database.Database, file: string): Interval {
  const span = recordedSpan(database);
  if (span === undefined) throw new SstoryError('empty', `${file} holds no recording yet`);
  return span;
}

/** From `--since` to `--until`, the whole recording where they are not given; never past what is recorded. */
export function recordedWindow(options: WindowOptions & { readonly sinceName?: string }, span: Interval): Interval {
  const { fromUs, toUs } = windowOf(options, span);
  return { fromUs: options.since === undefined ? span.fromUs : fromUs, toUs: Math.min(toUs, span.toUs) };
}

/** A moment that must lie within the recording. */
export function recordedMoment(name: string, text: string, span: Interval, file: string): number {
  const us = momentOf(text, span);
  if (us >= span.fromUs && us <= span.toUs) return us;
  throw new SstoryError('outside', `${name} ${text} (${localTime(us)}) lies outside the recording`, {
    hint: `${file} goes from ${localTime(span.fromUs)} to ${localTime(span.toUs)}`,
  });
}
