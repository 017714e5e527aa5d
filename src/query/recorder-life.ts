import type Database from 'better-sqlite3';
import type { Run } from '../model/run.js';
import { readRuns } from '../store/runs.js';

/** A recorder updates its row every second, one without BPF programs with every snapshot; the margin is for a busy host. */
const SILENT_US = 10_000_000;

/** What is known of the process of a run whose end is not recorded. */
export type RecorderProcess = 'alive' | 'ended' | 'unknown';

/**
 * Whether a recorder writes into the database; `silent`: not ended, but without recent updates (killed, or its host is down), or its process
 * has ended.
 */
export type RecorderLife =
  | { readonly kind: 'none' }
  | { readonly kind: 'ended'; readonly run: Run }
  | { readonly kind: 'running' | 'silent'; readonly run: Run; readonly process: RecorderProcess };

/** Whether the recorder lives but has written nothing for a while: it waits for the disk or a lock, or is stopped. */
export function isStalled(life: RecorderLife): boolean {
  return life.kind === 'silent' && life.process === 'alive';
}

/** Of the latest run, as far as the database shows; `processOf` looks at its process. */
export function recorderLife(
  database: Database.Database,
  nowUs: number,
  processOf: (run: Run) => RecorderProcess = () => 'unknown',
): RecorderLife {
  const run = readRuns(database)
    .filter(({ source }) => source !== 'ss-dump')
    .at(-1);
  if (run === undefined) return { kind: 'none' };
  if (run.endedUs !== undefined) return { kind: 'ended', run };
  const process = processOf(run);
  if (process === 'ended') return { kind: 'silent', run, process };
  const silentUs = SILENT_US + (run.source === 'diag' ? 2 * run.intervalUs : 0);
  const aliveUs = Math.max(run.lastUs, lastCommitUs(database));
  return { kind: nowUs - aliveUs > silentUs ? 'silent' : 'running', run, process };
}

/** Wall time of the last commit that added steps: after a burst the recorder may be far behind, and alive. */
function lastCommitUs(database: Database.Database): number {
  return Number(database.prepare('SELECT at_us FROM recent ORDER BY seq DESC LIMIT 1').pluck().get() ?? 0);
}
