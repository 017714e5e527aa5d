import type Database from 'better-sqlite3';
import type { Run } from '../model/run.js';
import { readRuns } from '../store/runs.js';

/** A recorder updates its row every second, one without BPF programs with every snapshot; the margin is for a busy host. */
const SILENT_US = 10_000_000;

/** Whether a recorder writes into the database; `silent`: not ended, but without recent updates (killed, or its host is down). */
export type RecorderLife =
  | { readonly kind: 'none' }
  | { readonly kind: 'running' | 'ended' | 'silent'; readonly run: Run };

/** Of the latest run. */
export function recorderLife(database: Database.Database, nowUs: number): RecorderLife {
  const run = readRuns(database)
    .filter(({ source }) => source !== 'ss-dump')
    .at(-1);
  if (run === undefined) return { kind: 'none' };
  if (run.endedUs !== undefined) return { kind: 'ended', run };
  const silentUs = SILENT_US + (run.source === 'diag' ? 2 * run.intervalUs : 0);
  const aliveUs = Math.max(run.lastUs, lastCommitUs(database));
  return { kind: nowUs - aliveUs > silentUs ? 'silent' : 'running', run };
}

/** Wall time of the last commit that added steps: after a burst the recorder may be far behind, and alive. */
function lastCommitUs(database: Database.Database): number {
  return Number(database.prepare('SELECT at_us FROM recent ORDER BY seq DESC LIMIT 1').pluck().get() ?? 0);
}
