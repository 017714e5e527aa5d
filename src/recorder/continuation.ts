/** How a run continues the history of the run before it. */
import type Database from 'better-sqlite3';
import type { NamespaceRecord } from '../model/namespace.js';
import type { ProbeBatch } from '../model/probe-event.js';
import { type Run, type RunStart, runEndUs } from '../model/run.js';
import type { CarriedConnection } from '../pipeline/carry-over.js';
import { NamespaceTable } from '../store/namespace-table.js';
import { readOpenConnections } from '../store/runs.js';
import { wallOffsetUs } from '../sys/clock.js';
import { listNetns } from '../sys/netns.js';

/** The connections that the previous run left open, with the last time at which it knew them to be open. */
export function carriedOver(
  database: Database.Database,
  previous: Run | undefined,
  run: RunStart,
): CarriedConnection[] {
  if (previous === undefined) return [];
  const sameBoot = isSameBoot(previous, run);
  const evidenceUs = runEndUs(previous);
  return readOpenConnections(database).map((connection) => ({
    connection,
    evidenceUs: Math.max(evidenceUs, connection.openedUs),
    sameBoot,
  }));
}

/** The network namespaces that the previous run left, and that still exist; the end of the others is written. */
export function namespacesThatStillExist(
  database: Database.Database,
  previous: Run | undefined,
  run: RunStart,
): NamespaceRecord[] {
  if (previous === undefined) return [];
  const table = new NamespaceTable(database);
  const sameBoot = isSameBoot(previous, run);
  const existing = new Set(sameBoot ? listNetns().map(({ netns }) => netns) : []);
  const known = table.open();
  // After a boot none exists: they ended at the latest with the previous one.
  const toUs = sameBoot ? run.startedUs : runEndUs(previous);
  for (const record of known)
    if (!existing.has(record.netns)) table.write({ ...record, toUs: Math.max(record.fromUs, toUs) });
  return known.filter(({ netns }) => existing.has(netns));
}

function isSameBoot(previous: Run, { host, bootId }: RunStart): boolean {
  return previous.bootId === bootId && previous.host === host;
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
