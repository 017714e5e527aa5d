/** The parts of a lane: a connection in one state, known in one way. */
import type { LoggedConnection } from '../../model/connection.js';
import { paintOfReason, paintOfState } from './paint.js';

/** Index = what a run has as its certainty. */
export const CERTAINTY = { observed: 0, inferred: 1, uncertain: 2 } as const;

/** Receives a part; `toUs` is infinite while it lasts. A mark has no length. */
export type PutSegment = (fromUs: number, toUs: number, paint: number, certainty: number) => void;

/**
 * Passes on the parts of a connection in their order, and last the mark of its end, if it ended badly. Between the earliest and latest time
 * of an inferred step, the state before it is uncertain.
 */
export function putSegments(
  { steps, closedUs, closeReason }: Pick<LoggedConnection, 'steps' | 'closedUs' | 'closeReason'>,
  put: PutSegment,
): void {
  for (let index = 0; index < steps.length; index++) {
    const step = steps[index];
    const paint = step && paintOfState(step.newState);
    if (step === undefined || paint === undefined) continue;
    const next = steps[index + 1];
    const toUs = next?.atUs ?? Number.POSITIVE_INFINITY;
    const certainty = step.source === 'probe' ? CERTAINTY.observed : CERTAINTY.inferred;
    const knownUs = next?.notBeforeUs === undefined ? toUs : Math.max(step.atUs, next.notBeforeUs);
    if (knownUs > step.atUs || knownUs === toUs) put(step.atUs, knownUs, paint, certainty);
    if (knownUs < toUs) put(knownUs, toUs, paint, CERTAINTY.uncertain);
  }
  const end = paintOfReason(closeReason);
  if (closedUs === undefined || end === undefined) return;
  put(closedUs, closedUs, end, steps.at(-1)?.source === 'probe' ? CERTAINTY.observed : CERTAINTY.inferred);
}
