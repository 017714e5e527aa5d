import { readdirSync, readFileSync } from 'node:fs';
import { fieldsAfterName, USER_HZ } from '../../src/sys/process-stat.js';
import { statusBytes } from '../../test/lab/process-memory.js';
import { threadRunTimeMs } from '../../test/lab/run-time.js';

export interface Usage {
  readonly cpuSeconds: number;
  /** Peak resident set, bytes. */
  readonly peakBytes: number;
}

/** What a process has used so far. */
export function usageOf(pid: number): Usage {
  const fields = fieldsAfterName(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  const ticks = Number(fields[11]) + Number(fields[12]);
  return { cpuSeconds: ticks / USER_HZ, peakBytes: statusBytes(pid, 'VmHWM') ?? 0 };
}

/** Anonymous resident memory of a process, bytes; undefined once it has ended. */
export function anonymousBytes(pid: number): number | undefined {
  return statusBytes(pid, 'RssAnon');
}

/** Resident memory of a process, bytes; undefined once it has ended. */
export function residentBytes(pid: number): number | undefined {
  return statusBytes(pid, 'VmRSS');
}

/** Run time of all threads of a process, by the scheduler: milliseconds. */
export function runTimeMs(pid: number): number {
  return readdirSync(`/proc/${pid}/task`).reduce((sum, tid) => sum + threadRunTimeMs(pid, Number(tid)), 0);
}

/** The children of a process, and theirs. */
export function descendantsOf(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  return children.flatMap((child) => [child, ...descendantsOf(child)]);
}
