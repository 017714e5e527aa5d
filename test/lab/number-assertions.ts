/** Assertions about numbers that show both of them when they fail, as `ok(x >= y)` does not. */
import { AssertionError } from 'node:assert/strict';

/** @param what the number that is asserted: `events lost` */
export function atLeast(actual: number, least: number, what: string): void {
  if (!(actual >= least)) fail(actual, least, `${what}: ${actual}, expected at least ${least}`, atLeast);
}

export function atMost(actual: number, most: number, what: string): void {
  if (!(actual <= most)) fail(actual, most, `${what}: ${actual}, expected at most ${most}`, atMost);
}

/** Both limits included. */
export function within(actual: number, least: number, most: number, what: string): void {
  const message = `${what}: ${actual}, expected ${least} to ${most}`;
  if (!(actual >= least && actual <= most)) fail(actual, [least, most], message, within);
}

function fail(actual: number, expected: unknown, message: string, stackStartFn: (...words: never[]) => void): never {
  throw new AssertionError({ actual, expected, message, stackStartFn });
}
