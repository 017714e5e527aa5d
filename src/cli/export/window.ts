import type Database from 'better-sqlite3';
import type { Interval } from '../../model/interval.js';
import { recordedSpan } from '../../query/span.js';
import { notePruned } from '../history/pruned-note.js';
import { windowOf } from '../history/time-window.js';

/** The window that an export's `--since` and `--until` choose; undefined: all of it. Says on stderr what was pruned of it. */
export function exportedWindow(
  database: Database.Database,
  options: { readonly since?: string; readonly until?: string },
): Interval | undefined {
  const nowUs = Date.now() * 1000;
  const window = windowOf(options, recordedSpan(database) ?? { fromUs: nowUs, toUs: nowUs });
  notePruned(database, window.fromUs);
  return options.since === undefined && options.until === undefined ? undefined : window;
}
