import type Database from 'better-sqlite3';
import { recordedSpan } from '../../query/transition-log.js';
import { notePruned } from '../history/pruned-note.js';
import { windowOf } from '../history/time-window.js';

/** The window that an export's `--since` and `--until` choose; undefined: all of it. Says on stderr what was pruned of it. */
export function exportedWindow(
  database: Database.Database,
  options: { readonly since?: string; readonly until?: string },
): { readonly fromUs: number; readonly toUs: number } | undefined {
  const nowUs = Date.now() * 1000;
  const { startUs, endUs } = windowOf(options, recordedSpan(database) ?? { startUs: nowUs, endUs: nowUs });
  notePruned(database, startUs);
  return options.since === undefined && options.until === undefined ? undefined : { fromUs: startUs, toUs: endUs };
}
