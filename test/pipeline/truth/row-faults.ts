/** What is untrue in one row, or cannot be. */
import type { Connection } from '../../../src/model/connection.js';
import type { Step } from '../../../src/model/step.js';
import { shownState } from '../../../src/model/tcp-state.js';
import { endOf, type Life, startOf, staysOf } from './life.js';
import { isObserved, isTupleOf, isWithin, momentOf, TOLERANCE_US, wall } from './matching.js';
import { isReachable, isStep } from './tcp-machine.js';

/** A timer of a minute may expire so late (src/pipeline/timer-wheel.ts), and a dump may still have it a moment later. */
const LATE_US = 2_600_000;

export type GapTest = (fromUs: number, toUs: number) => boolean;

/** A row that cannot be true of any connection, whatever happened. `tracing`: every step that no gap covers was reported. */
export function* impossibilities(row: Connection, tracing: boolean, hasGap: GapTest): Iterable<string> {
  const { openedUs, openedNotBeforeUs, closedUs, closedNotBeforeUs, steps, state } = row;
  if (openedNotBeforeUs !== undefined && openedNotBeforeUs > openedUs) yield 'it opens before its bound';
  if (closedUs !== undefined && closedUs < openedUs) yield 'it closes before it opens';
  if (closedUs !== undefined && (closedNotBeforeUs ?? 0) > closedUs) yield 'it closes before its bound';
  if (steps.length === 0) yield 'it has no step';
  let before: Step | undefined;
  for (const step of steps) {
    const name = `${step.oldState}>${step.newState}`;
    const sinceUs = before?.atUs ?? openedUs;
    if (step.atUs < sinceUs) yield `${name} is earlier than the step before it`;
    if ((step.notBeforeUs ?? 0) > step.atUs) yield `${name} is before its bound`;
    if (before !== undefined && shownState(before.newState) !== shownState(step.oldState))
      yield `${name} follows ${before.newState}`;
    if (before !== undefined && before.newState === 'UNCONN') yield `${name} follows the end`;
    yield* wrongStep(step, before === undefined, tracing, hasGap);
    before = step;
  }
  if (before === undefined) return;
  if (shownState(before.newState) !== shownState(state))
    yield `its state is ${state}, its last step led to ${before.newState}`;
  if ((closedUs === undefined) !== (state !== 'UNCONN'))
    yield `it is ${closedUs === undefined ? 'open' : 'closed'} in ${state}`;
  if (closedUs !== undefined && closedUs < before.atUs) yield 'it closes before its last step';
}

function* wrongStep(step: Step, isFirst: boolean, tracing: boolean, hasGap: GapTest): Iterable<string> {
  const { oldState, newState, atUs, notBeforeUs } = step;
  const name = `${oldState}>${newState}`;
  if (isObserved(step)) {
    if (!isStep(oldState, newState)) yield `${name} was observed, and the kernel cannot do it`;
    return;
  }
  if (notBeforeUs === undefined) yield `${name} was inferred, and has no bound`;
  if (!isReachable(oldState, newState)) yield `${name} cannot be, whatever was missed`;
  if (!tracing || isFirst) return;
  const isSilent = oldState === 'NEW-SYN-RECV' || oldState === 'TIME-WAIT' || oldState === 'FIN-WAIT-2';
  if (!isSilent && !hasGap(notBeforeUs ?? 0, atUs)) yield `${name} was missed, and no gap shows that`;
}

/** What differs between a row and what truly happened. */
export function* untruths(row: Connection, life: Life): Iterable<string> {
  if (!isTupleOf(row.tuple, life.tuple)) yield 'it has another four-tuple';
  if (row.cookie !== undefined && life.cookies.size > 0 && !life.cookies.has(row.cookie))
    yield 'it has the cookie of another';
  yield* untrueOpening(row, life);
  for (const [index, step] of row.steps.entries()) yield* untrueStep(step, index === 0, life);
  yield* untrueEnd(row, life);
}

function* untrueOpening({ openedUs, openedNotBeforeUs, origin, steps }: Connection, life: Life): Iterable<string> {
  const startUs = wall(startOf(life));
  const isInferred = openedNotBeforeUs !== undefined;
  if (isInferred && !isWithin(startUs, openedNotBeforeUs, openedUs))
    yield `opened at ${startUs}, not between ${openedNotBeforeUs} and ${openedUs}`;
  const first = steps[0];
  if (!isInferred && first !== undefined && Math.abs(openedUs - (first.atUs ?? 0)) > TOLERANCE_US)
    yield 'its opening is not its first step';
  if (!isInferred && first !== undefined && !isObserved(first)) yield 'its opening has no bound, and was inferred';
  // A simultaneous open looks like an accept where its beginning was lost.
  if (life.moments.some(({ from, to }) => from === 'SYN-SENT' && to === 'SYN-RECV')) return;
  if (origin !== 'unknown' && origin !== 'before-recording' && origin !== life.origin)
    yield `its origin is ${life.origin}, not ${origin}`;
}

function* untrueStep(step: Step, isFirst: boolean, life: Life): Iterable<string> {
  const { oldState, newState, atUs, notBeforeUs } = step;
  const name = `${oldState}>${newState}`;
  if (newState === 'UNCONN') return;
  if (isObserved(step)) {
    if (momentOf(life, step) === undefined) yield `${name} at ${atUs} was observed, and did not happen`;
    return;
  }
  const stays = [...staysOf(life)].filter(({ state }) => shownState(state) === shownState(newState));
  if (!stays.some(({ fromUs }) => isWithin(wall(fromUs), notBeforeUs, atUs)))
    yield `${name} did not happen between ${notBeforeUs} and ${atUs}, but at ${stays.map(({ fromUs }) => wall(fromUs))}`;
  if (isFirst) return;
  const left = [...staysOf(life)].filter(({ state }) => shownState(state) === shownState(oldState));
  if (!left.some(({ toUs }) => isWithin(wall(toUs), notBeforeUs, atUs))) yield `${oldState} was not left by ${atUs}`;
}

function* untrueEnd(
  { closedUs, closedNotBeforeUs, closedSource, closeReason, state, steps, foreseenEnd }: Connection,
  life: Life,
): Iterable<string> {
  const endUs = wall(endOf(life));
  if (closedUs === undefined) {
    // What is written of its timer stays, though a dump no longer has it.
    const isForeseen = foreseenEnd !== undefined && isWithin(endUs, foreseenEnd.notBeforeUs, foreseenEnd.closedUs);
    if (life.endUs !== undefined && !isForeseen) yield `it ended at ${endUs}, and is shown in ${state}`;
    return;
  }
  const lateUs = closedSource === 'timer' ? LATE_US : 0;
  const before = steps.at(-2)?.newState;
  const sinceUs = steps.at(-2)?.atUs;
  // A RST or `ss -K` ends a TIME-WAIT without a trace: if its four-tuple is used again before the next dump, that counts as its end.
  const isReplaced = closedSource === 'probe' && before === 'TIME-WAIT';
  const earliestUs = closedNotBeforeUs ?? (isReplaced ? sinceUs : closedUs);
  if (!isWithin(endUs, earliestUs, closedUs, lateUs))
    yield `it ended at ${endUs}, not between ${closedNotBeforeUs} and ${closedUs}`;
  if (closedSource === 'probe' && closedNotBeforeUs === undefined && !isReplaced && closeReason !== life.reason)
    yield `it ended ${life.reason}, not ${closeReason}`;
}

/** A row that is open at the end shows the state that the socket has then. */
export function* untrueState(row: Connection, life: Life): Iterable<string> {
  if (row.closedUs === undefined && life.endUs === undefined && shownState(row.state) !== shownState(life.state))
    yield `it is in ${life.state}, and is shown in ${row.state}`;
}
