import type Database from 'better-sqlite3';
import type { Interval } from '../../model/interval.js';
import { spanIn } from '../history/history-window.js';
import { windowOf } from '../history/time-window.js';
import { notePruned } from '../history/window-notes.js';
import type { ExportOptions } from './options.js';

/** The window that an export's `--since` and `--until` choose; undefined: the whole history. Stderr reports what was pruned. */
export function exportedWindow(database: Database.Database, options: ExportOptions): Interval | undefined {
  const nowUs = Date.now() * 1000;
  const window = windowOf(options, spanIn(database) ?? { fromUs: nowUs, toUs: nowUs });
  notePruned(database, window.fromUs);
  return options.since === undefined && options.until === undefined ? undefined : window;
}
