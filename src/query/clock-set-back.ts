/** Times that came twice, as the wall clock was set back. */
import type Database from 'better-sqlite3';
import type { Interval } from '../model/interval.js';
import { durationText } from '../model/time-text.js';
import { readRuns } from '../store/runs.js';

/** A clock that is not slewed is set by less, now and then. */
const LEAST_IN_WINDOW_US = 1_000_000;

/**
 * That a time came twice, or so much of a window that it matters, one clause a step. The history is in the order of the wall clock: sockets of the first
 * time are missing from the second one until that time is reached again, or are shown as if they were of it.
 * @param textOf writes a time
 */
export function timesTwice(
  database: Database.Database,
  { fromUs, toUs }: Interval,
  textOf: (us: number) => string,
): string[] {
  const steps = readRuns(database).flatMap(({ clockSteps }) => clockSteps);
  return steps.flatMap(({ atUs, stepUs }) => {
    const untilUs = atUs - stepUs;
    const isSmall = toUs > fromUs && -stepUs < LEAST_IN_WINDOW_US;
    if (stepUs >= 0 || isSmall || toUs < atUs || fromUs >= untilUs) return [];
    return [
      `the wall clock was set back by ${durationText(-stepUs)} at ${textOf(atUs)}: times up to ${textOf(untilUs)} came twice, and sockets from before the step may be missing, or be shown at the wrong one of the two`,
    ];
  });
}
