/** A gap in words and in JSON. */

import { counted } from '../model/counted.js';
import type { Gap, GapScope } from '../model/gap.js';
import { jsonText, printable } from '../model/printable.js';
import { localTime } from '../model/time-text.js';

/** What is lost, one of it. */
const RECORDS: Readonly<Record<GapScope, string>> = {
  transitions: 'event',
  samples: 'sample',
  owners: 'owner',
  names: 'DNS answer',
  shipping: 'row',
};

/** `3 events lost`, `unknown number of events lost`, `2 DNS answers lost`, `wall clock stepped`. */
export function lossText({ lost, reason, scope }: Gap): string {
  if (reason === 'clock') return 'wall clock stepped';
  const record = RECORDS[scope];
  return `${lost === undefined ? `unknown number of ${record}s` : counted(lost, record)} lost`;
}

/** A gap as a line of its own between transitions. */
export function gapLine(gap: Gap, timeText: (us: number) => string = localTime): string {
  const cpu = gap.cpu === undefined || gap.reason === 'clock' ? '' : ` on CPU ${gap.cpu}`;
  return printable(
    `${timeText(gap.fromUs)}  -- ${lossText(gap)}${cpu} (${gap.reason}), until ${timeText(gap.toUs)} --`,
  );
}

/** A gap as a warning on the screen. */
export function gapWarning(gap: Gap): string {
  return printable(`GAP: ${lossText(gap)} (${gap.reason})`);
}

/** The keys of a gap in JSON. */
export function gapFields({ fromUs, toUs, cpu, lost, reason, scope }: Gap) {
  return { from_us: fromUs, to_us: toUs, cpu: cpu ?? null, lost: lost ?? null, reason, scope };
}

/** A gap as one line of JSON. */
export function gapJson(gap: Gap): string {
  return jsonText({ type: 'gap', ...gapFields(gap) });
}
