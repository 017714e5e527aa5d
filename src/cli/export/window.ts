import type Database from 'better-sqlite3';
import type { Interval } from '../../model/interval.js';
import { spanIn } from '../../request/recorded-window.js';
import { windowOf } from '../../request/time-window.js';
import { notePruned } from '../../request/window-notes.js';
import { say } from '../output/say.js';
import type { ExportOptions } from './options.js';

/** The window that an export's `--since` and `--until` choose; undefined: the whole history. Stderr reports what was pruned. */
export function exportedWindow(database: Database.Database, options: ExportOptions): Interval | undefined {
  const nowUs = Date.now() * 1000;
  const window = windowOf(options, spanIn(database) ?? { fromUs: nowUs, toUs: nowUs }, say);
  notePruned(database, window.fromUs, say);
  return options.since === undefined && options.until === undefined ? undefined : window;
}
