/** How a run continues the history of the run before it. */
import type Database from 'better-sqlite3';
import type { ProbeBatch } from '../model/probe-event.js';
import { type Run, type RunStart, runEndUs } from '../model/run.js';
import type { CarriedConnection } from '../pipeline/carry-over.js';
import { readOpenConnections } from '../store/runs.js';
import { wallOffsetUs } from '../sys/clock.js';

/** The connections that the previous run left open, with the last time at which it knew them to be open. */
export function carriedOver(
  database: Database.Database,
  previous: Run | undefined,
  { host, bootId }: Pick<RunStart, 'host' | 'bootId'>,
): CarriedConnection[] {
  if (previous === undefined) return [];
  const sameBoot = previous.bootId === bootId && previous.host === host;
  const evidenceUs = runEndUs(previous);
  return readOpenConnections(database).map((connection) => ({
    connection,
    evidenceUs: Math.max(evidenceUs, connection.openedUs),
    sameBoot,
  }));
}

/** Nothing was recorded between the previous run and this one: a gap. */
export function downtime(previous: Run | undefined, startedUs: number): ProbeBatch[] {
  if (previous === undefined) return [];
  const offsetUs = wallOffsetUs();
  const toBootUs = startedUs - offsetUs;
  const fromBootUs = runEndUs(previous) - offsetUs;
  const loss = { fromBootUs, toBootUs, cpu: undefined, lost: undefined, reason: 'tracer' } as const;
  return [{ kind: 'probe', events: [], losses: [loss], throughBootUs: toBootUs, offsetUs }];
}
