/** Whether a recorder runs, keeps up, and what it and its database take. */
import { readFileSync, statSync } from 'node:fs';
import type Database from 'better-sqlite3';
import type { Run } from '../../model/run.js';
import { recorderHere } from '../../request/recorder-here.js';
import { readHost } from '../../sys/host.js';
import { VERSION } from '../../sys/version.js';
import { METRICS, type MetricKey } from '../../view/prometheus/definitions.js';
import { metricLines } from '../../view/prometheus/exposition.js';

export function recorderText(database: Database.Database, nowUs: number): string {
  const life = recorderHere(database, nowUs);
  const run = life.kind === 'none' ? undefined : life.run;
  const isRunning = life.kind === 'running';
  const values: Partial<Record<MetricKey, number | undefined>> = {
    running: Number(isRunning),
    behind: run === undefined ? undefined : Math.max(0, nowUs - run.lastUs) / 1e6,
    backlog: isRunning ? run?.backlogBytes : undefined,
    recorderBytes: isRunning && run !== undefined ? residentBytesOf(run) : undefined,
    dbBytes: sizeOf(database.name) + sizeOf(`${database.name}-wal`),
  };
  const lines = Object.entries(values).map(([key, value]) =>
    value === undefined ? '' : metricLines(METRICS[key as MetricKey], [{ labels: {}, value }]),
  );
  return lines.join('') + metricLines(METRICS.buildInfo, [{ labels: { version: VERSION }, value: 1 }]);
}

/** Of the recorder, where it is a process of this boot; undefined: it cannot be read. */
function residentBytesOf({ pid, bootId }: Run): number | undefined {
  try {
    if (readHost().bootId !== bootId) return undefined;
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1_024;
  } catch {
    // It has ended, or is in a PID namespace that is not seen from here.
    return undefined;
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
