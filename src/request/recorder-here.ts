/** Whether a recorder writes into a database, also as this host sees its process. */
import type Database from 'better-sqlite3';
import type { Run } from '../model/run.js';
import { type RecorderLife, type RecorderProcess, recorderLife } from '../query/recorder-life.js';
import { readHost } from '../sys/host.js';
import { lockHolders } from '../sys/lock-holders.js';
import { hasEnded, innermostPid, isInitialPidNamespace } from '../sys/process-life.js';

/** Of the latest run: one whose process has ended on this host is silent at once. */
export function recorderHere(database: Database.Database, nowUs: number): RecorderLife {
  return recorderLife(database, nowUs, (run) => recorderProcess(run, database.name));
}

/**
 * What this host knows of the process of a run that has not ended. A recorder holds the lock of its database as long as it lives. Its number
 * alone says nothing: it may be that of another PID namespace, which the run does not name. Only the initial one sees the locks of all.
 */
export function recorderProcess({ bootId, pid }: Pick<Run, 'bootId' | 'pid'>, path: string): RecorderProcess {
  try {
    if (readHost().bootId !== bootId) return 'unknown';
    // Another one holds the lock too: a recorder that starts, an import, prune.
    const holders = lockHolders(path).map((holder) => ({ holder, inner: innermostPid(holder) }));
    if (holders.some(({ holder, inner = holder }) => inner === pid)) return 'alive';
    const knowsHolders = isInitialPidNamespace() && holders.every(({ inner }) => inner !== undefined);
    return knowsHolders && hasEnded(pid) ? 'ended' : 'unknown';
  } catch {
    return 'unknown';
  }
}
