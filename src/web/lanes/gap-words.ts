/** A gap in words. */
import { counted } from '../../model/counted.js';
import { durationText } from '../../model/time-text.js';
import type { GapMark } from '../../server/contract.js';

const REASONS: Readonly<Record<string, string>> = {
  sequence: 'events did not fit into the kernel’s memory',
  tracer: 'the recorder was not running',
  continuity: 'the states of a socket have a break',
  clock: 'the wall clock was stepped',
  overrun: 'events came faster than they were read',
  memory: 'given up to stay within --max-memory',
  truncated: 'the imported recording is cut off or damaged',
  behind: 'the host has not sent this part yet',
  'not arrived': 'rows that the host sent did not arrive',
  pruned: 'deleted on the host before it was sent',
};

export function gapReason({ reason }: GapMark): string {
  return REASONS[reason] ?? reason;
}

/** `3 events lost`; `number lost unknown`. */
export function gapLost({ lost, reason }: GapMark): string {
  if (lost !== null) return `${counted(lost, 'event')} lost`;
  if (reason === 'behind') return 'not known yet';
  return reason === 'clock' ? 'nothing lost' : 'number lost unknown';
}

export function gapLength({ from_us, to_us }: GapMark): string {
  return durationText(Math.max(0, to_us - from_us));
}

/** `Gap of 2s: 3 events lost, the recorder was not running`. */
export function gapText(gap: GapMark): string {
  return `Gap of ${gapLength(gap)}: ${gapLost(gap)}, ${gapReason(gap)}`;
}

const MOST_NAMED = 3;

/** The first of them, a line each, and how many more there are. */
export function gapsText(gaps: readonly GapMark[]): string {
  const rest = gaps.length - MOST_NAMED;
  const named = gaps.slice(0, MOST_NAMED).map(gapText);
  return [...named, ...(rest > 0 ? [`and ${counted(rest, 'more gap')}`] : [])].join('\n');
}
