/**
 * A connection's steps as one short JSON array in its own row, as PackedSteps tells. Plain sqlite3 reads it with json_each():
 * the view `transitions` does. A row of a table for each step took three times the space and the time.
 */

import { packSteps, stepsOfText } from '../model/packed-steps.js';
import type { Step } from '../model/step.js';

/** The text of `path` for a connection opened at `openedUs`. */
export function encodePath(openedUs: number, steps: readonly Step[]): string {
  return packSteps(openedUs, steps).text();
}

/** How long after the opening the last step in the text of a `path` was, microseconds; of months, not to the last of them. */
export function lastDelayUs(path: string): number {
  const start = path.endsWith(']]') ? path.lastIndexOf('[') : Math.max(path.lastIndexOf(','), 0);
  return Math.floor(Number.parseInt(path.slice(start + 1), 10) / 1_024);
}

/** The steps of a connection opened at `openedUs`. */
export function decodePath(openedUs: number, path: string): Step[] {
  return stepsOfText(openedUs, path);
}
