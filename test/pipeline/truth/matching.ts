/** Which true connection each row of a history is. */
import type { Connection } from '../../../src/model/connection.js';
import type { FourTuple } from '../../../src/model/four-tuple.js';
import type { Step } from '../../../src/model/step.js';
import { shownState } from '../../../src/model/tcp-state.js';
import { OFFSET_US } from '../stories.js';
import { endOf, type Life, type Moment, startOf } from './life.js';

/** The clocks are read with an error of at most so many microseconds, each time. */
export const TOLERANCE_US = 6;

/** Wall time of a boot time. */
export function wall(bootUs: number): number {
  return bootUs + OFFSET_US;
}

/** Whether a true time lies within bounds; no lower bound: 0 or undefined. */
export function isWithin(trueUs: number, notBeforeUs: number | undefined, atUs: number, lateUs = 0): boolean {
  return trueUs >= (notBeforeUs ?? 0) - TOLERANCE_US && trueUs <= atUs + TOLERANCE_US + lateUs;
}

export function isObserved({ source, notBeforeUs }: Step): boolean {
  return source === 'probe' && notBeforeUs === undefined;
}

/** The true step of an observed one: events are further apart than the clocks' error. */
export function momentOf(life: Life, step: Step): Moment | undefined {
  return life.moments.find((moment) => isMomentOf(moment, step));
}

function isMomentOf({ from, to, atUs }: Moment, { oldState, newState, atUs: stepUs }: Step): boolean {
  const isFrom = shownState(from) === shownState(oldState) || (from === 'NEW-SYN-RECV' && oldState === 'LISTEN');
  return isFrom && shownState(to) === shownState(newState) && isWithin(wall(atUs), stepUs, stepUs);
}

/** By its observed steps; else by what dumps show of it: the cookie, the four-tuple, and the time. */
export function lifeOf(row: Connection, lives: readonly Life[]): Life | undefined {
  const own = lives.filter(({ netns, tuple }) => netns === row.netns && isTupleOf(row.tuple, tuple));
  const observed = row.steps.filter(isObserved).map((step) => own.find((life) => momentOf(life, step) !== undefined));
  const first = observed.find((life) => life !== undefined);
  if (first !== undefined) return first;
  const { openedUs, cookie } = row;
  const alive = own.filter(
    (life) => wall(startOf(life)) <= openedUs + TOLERANCE_US && wall(endOf(life)) >= earliest(row),
  );
  const named = alive.filter(({ cookies }) => cookie !== undefined && cookies.has(cookie));
  return named.at(-1) ?? (cookie === undefined ? alive.at(-1) : undefined);
}

function earliest({ openedNotBeforeUs, openedUs }: Connection): number {
  return (openedNotBeforeUs ?? openedUs) - TOLERANCE_US;
}

/** A socket whose local port was never reported has none. */
export function isTupleOf(recorded: FourTuple, tuple: FourTuple): boolean {
  return (
    (recorded.localPort === 0 || recorded.localPort === tuple.localPort) &&
    recorded.remotePort === tuple.remotePort &&
    recorded.remoteAddr === tuple.remoteAddr
  );
}
