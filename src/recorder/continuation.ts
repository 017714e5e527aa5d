/** How a run continues the history of the run before it. */
import type Database from 'better-sqlite3';
import { MAY_LACK_TRANSITIONS } from '../model/gap.js';
import type { NamespaceRecord } from '../model/namespace.js';
import type { ProbeBatch } from '../model/probe-event.js';
import { type ClockStep, type Run, type RunStart, runEndUs } from '../model/run.js';
import { type CarriedConnection, type EarlierRun, lastKnownUs } from '../pipeline/carry-over.js';
import { NamespaceTable } from '../store/namespace-table.js';
import { readOpenConnections, readOpenOwners } from '../store/runs.js';
import { listNetns } from '../sys/netns.js';
import { isStep } from './clock-watch.js';

/**
 * The connections that the runs before left open, with the last time at which they knew them to be open. Each is read when it is asked for: as
 * objects all together can take 100 MB.
 */
export function* carriedOver(
  database: Database.Database,
  runs: readonly Run[],
  run: RunStart,
  step: ClockStep | undefined,
): Generator<CarriedConnection, void, undefined> {
  const previous = runs.at(-1);
  if (previous === undefined) return;
  const sameBoot = isSameBoot(previous, run);
  const earlier = [...lastRuns(database, runs)];
  const owners = readOpenOwners(database);
  // What a sample shows was there, also after a gap that no complete dump followed.
  const lastSample = database.prepare('SELECT max(at_us) FROM sample WHERE connection_id = ?').pluck();
  // Their times are of the clock before the step, and stay so.
  const offsetUs = step === undefined ? undefined : lastOffsetUs(previous);
  for (const connection of readOpenConnections(database)) {
    const sampledUs = (lastSample.get(connection.id) as number | null) ?? 0;
    const evidenceUs = Math.max(lastKnownUs(connection, earlier), sampledUs);
    yield { connection, owners: owners.get(connection.id), evidenceUs, sameBoot, offsetUs };
  }
}

/** The last runs, up to the one that took snapshots, the latest first. */
function* lastRuns(database: Database.Database, runs: readonly Run[]): Iterable<EarlierRun> {
  const lastDumps = database
    .prepare('SELECT netns, max(at_us) FROM snapshots WHERE at_us BETWEEN ? AND ? AND complete GROUP BY netns')
    .raw();
  const gapsOf = database.prepare(
    `SELECT from_us AS fromUs, to_us AS toUs FROM gaps
     WHERE to_us >= ? AND from_us <= ? AND ${MAY_LACK_TRANSITIONS} ORDER BY to_us`,
  );
  for (const run of runs.toReversed()) {
    const { startedUs, source } = run;
    const endUs = runEndUs(run);
    const dumpsUs = new Map(lastDumps.all(startedUs, endUs) as [number, number][]);
    const gaps = gapsOf.all(startedUs, endUs) as EarlierRun['gaps'];
    yield { startedUs, endUs, traced: source === 'bpf', dumpsUs, gaps };
    if (dumpsUs.size > 0) return;
  }
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

/**
 * The step of the wall clock between two runs; undefined where it was not stepped, or where that is not known, after a boot. How far the clock
 * was slewed meanwhile is not known either: a step that is smaller than that can have been counts as none.
 */
export function stepBetween(previous: Run | undefined, run: RunStart): ClockStep | undefined {
  if (previous === undefined || !isSameBoot(previous, run)) return undefined;
  const stepUs = run.clockOffsetUs - lastOffsetUs(previous);
  const elapsedUs = run.startedUs - run.clockOffsetUs - (previous.startedUs - previous.clockOffsetUs);
  return isStep(stepUs, elapsedUs) ? { atUs: run.startedUs, stepUs } : undefined;
}

/** Wall clock minus boot clock at the end of a run. */
function lastOffsetUs({ clockOffsetUs, clockSteps }: Run): number {
  return clockSteps.reduce((offsetUs, { stepUs }) => offsetUs + stepUs, clockOffsetUs);
}

/**
 * Nothing was recorded between the previous run and this one: a gap. Where the wall clock was stepped back meanwhile it is as long as it was,
 * up to the start of this run; what it was stepped over is in the gap too.
 */
export function downtime(previous: Run | undefined, run: RunStart, step: ClockStep | undefined): ProbeBatch[] {
  if (previous === undefined) return [];
  const { startedUs, clockOffsetUs: offsetUs } = run;
  const toBootUs = startedUs - offsetUs;
  const beforeUs = step === undefined ? offsetUs : Math.max(offsetUs, lastOffsetUs(previous));
  const fromBootUs = Math.min(toBootUs, runEndUs(previous) - beforeUs);
  const loss = { fromBootUs, toBootUs, cpu: undefined, lost: undefined, reason: 'tracer' } as const;
  return [{ kind: 'probe', events: [], losses: [loss], throughBootUs: toBootUs, offsetUs }];
}
