/** How much of the last while is missing from a history. */
import type Database from 'better-sqlite3';
import { mayLackTransitions } from '../model/gap.js';
import type { Interval } from '../model/interval.js';
import { gapsTouching } from './gaps.js';

export interface Loss {
  readonly gaps: number;
  /** Events that were counted as lost. */
  readonly events: number;
  /** Gaps with an unknown number of lost events. */
  readonly uncounted: number;
}

/** What the gaps lack that touch a window. */
export function lossBetween(database: Database.Database, { fromUs, toUs }: Interval): Loss {
  const gaps = gapsTouching(database, fromUs, toUs).filter(mayLackTransitions);
  return {
    gaps: gaps.length,
    events: gaps.reduce((sum, { lost = 0 }) => sum + lost, 0),
    uncounted: gaps.filter(({ lost }) => lost === undefined).length,
  };
}
