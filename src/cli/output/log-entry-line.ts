import type { LogEntry } from '../../query/transition-log.js';
import { gapJson, gapLine, transitionJson, transitionLine } from '../../view/log-line.js';

/** A line of `sstory log`, or of its `--json`. */
export function entryLine(entry: LogEntry, json: boolean): string {
  if (entry.kind === 'gap') return json ? gapJson(entry.gap) : gapLine(entry.gap);
  return json ? transitionJson(entry.connection, entry.step) : transitionLine(entry.connection, entry.step);
}
