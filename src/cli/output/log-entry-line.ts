import type { LoggedConnection } from '../../model/connection.js';
import type { PlacesOf } from '../../model/place.js';
import { zonedTime } from '../../model/time-text.js';
import type { LogEntry } from '../../query/transition-log.js';
import { gapJson, gapLine } from '../../view/gap-text.js';
import { type LineLooks, PLAIN_LOOKS, TransitionLines } from '../../view/log-line.js';
import { TransitionObjects } from '../../view/transition-json.js';

/** As `sstory log` shows times where it shows no colours. */
export const LOG_LOOKS: LineLooks = { ...PLAIN_LOOKS, timeText: zonedTime };

/** Makes the lines of one `sstory log`, or of its `--json`. */
export function entryLines(
  json: boolean,
  places: PlacesOf<LoggedConnection>,
  looks: LineLooks = PLAIN_LOOKS,
): (entry: LogEntry) => string {
  if (json) {
    const objects = new TransitionObjects(places, looks.order);
    return (entry) => (entry.kind === 'gap' ? gapJson(entry.gap) : objects.line(entry.connection, entry.step));
  }
  const transitions = new TransitionLines(places, looks);
  const { timeText, ink } = looks;
  return (entry) =>
    entry.kind === 'gap' ? ink.strong(gapLine(entry.gap, timeText)) : transitions.line(entry.connection, entry.step);
}
