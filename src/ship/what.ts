/** Which connections are shipped each as a row of its own; the others are counted. */
import type { Connection } from '../model/connection.js';
import { usageError } from '../model/error.js';
import { codeOfState, maskOfStates } from '../model/tcp-state.js';

/** The words of `--what`. */
export const CHOICES = ['failures', 'slow', 'all'] as const;
export type Choice = (typeof CHOICES)[number];
export type What = ReadonlySet<Choice>;

export const DEFAULT_WHAT = 'failures,slow';

/** A connection that was open for longer, without its TIME-WAIT, is shipped whatever the choice is; so are listening ones. */
export const LONG_US = 10_000_000;
/** A state that takes longer is slow. */
export const SLOW_US = 1_000_000;
/** In these it may be for any time: they wait for the programs, or for nothing. */
const PATIENT = maskOfStates(['ESTAB', 'LISTEN', 'TIME-WAIT', 'UNCONN']);

/**
 * Parses the value of `--what`.
 * @throws SstoryError `bad-what` (exit code 2)
 */
export function parseWhat(text: string): What {
  const words = text.split(',').map((word) => word.trim());
  const unknown = words.find((word) => !CHOICES.some((choice) => choice === word));
  if (unknown !== undefined)
    throw usageError('bad-what', `invalid choice "${unknown}"`, `one or more of ${CHOICES.join(', ')}, with commas`);
  return new Set(words as Choice[]);
}

export function whatText(what: What): string {
  return CHOICES.filter((choice) => what.has(choice)).join(',');
}

/** Whether an ended connection has a row of its own. */
export function isWhole(connection: Connection, what: What): boolean {
  if (what.has('all') || isListening(connection) || openForUs(connection) > LONG_US) return true;
  if (what.has('failures') && isFailure(connection)) return true;
  return what.has('slow') && isSlow(connection);
}

/** It ended otherwise than by an orderly close, as `sstory top` counts failures. */
function isFailure({ closeReason }: Connection): boolean {
  return closeReason !== undefined && closeReason !== 'orderly' && closeReason !== 'unknown';
}

function isListening({ state, steps }: Connection): boolean {
  return state === 'LISTEN' || steps.some(({ newState }) => newState === 'LISTEN');
}

function isSlow({ retransmits, steps, closedUs }: Connection): boolean {
  if (retransmits > 0) return true;
  for (const [index, { newState, atUs }] of steps.entries()) {
    const leftUs = steps[index + 1]?.atUs ?? closedUs ?? atUs;
    if (leftUs - atUs > SLOW_US && (PATIENT & (1 << codeOfState(newState))) === 0) return true;
  }
  return false;
}

/** For how long an ended connection was open before its TIME-WAIT, microseconds. */
export function openForUs({ steps, openedUs, closedUs = openedUs }: Connection): number {
  const waits = steps.find(({ newState }) => newState === 'TIME-WAIT');
  return (waits?.atUs ?? closedUs) - openedUs;
}
