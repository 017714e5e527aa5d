import type { Places } from '../../query/places.js';
import type { LogEntry } from '../../query/transition-log.js';
import { gapJson, gapLine } from '../../view/gap-text.js';
import { TransitionLines } from '../../view/log-line.js';
import { TransitionObjects } from '../../view/transition-json.js';

/** Makes the lines of one `sstory log`, or of its `--json`. */
export function entryLines(json: boolean, places: Places): (entry: LogEntry) => string {
  if (json) {
    const objects = new TransitionObjects(places);
    return (entry) => (entry.kind === 'gap' ? gapJson(entry.gap) : objects.line(entry.connection, entry.step));
  }
  const transitions = new TransitionLines(places);
  return (entry) => (entry.kind === 'gap' ? gapLine(entry.gap) : transitions.line(entry.connection, entry.step));
}
