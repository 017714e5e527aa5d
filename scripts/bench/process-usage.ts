import { readdirSync, readFileSync } from 'node:fs';
import { statusBytes } from '../../test/lab/process-memory.js';

/** USER_HZ: clock ticks a second in /proc/PID/stat, 100 on every architecture that Debian has. */
const TICKS_PER_SECOND = 100;

export interface Usage {
  readonly cpuSeconds: number;
  /** Peak resident set, bytes. */
  readonly peakBytes: number;
}

/** What a process has used so far. */
export function usageOf(pid: number): Usage {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  return { cpuSeconds: ticks / TICKS_PER_SECOND, peakBytes: statusBytes(pid, 'VmHWM') ?? 0 };
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
  const threads = readdirSync(`/proc/${pid}/task`);
  const times = threads.map((tid) => readFileSync(`/proc/${pid}/task/${tid}/schedstat`, 'utf8').split(' ')[0]);
  return times.reduce((sum, ns) => sum + Number(ns), 0) / 1e6;
}

/** The children of a process, and theirs. */
export function descendantsOf(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  return children.flatMap((child) => [child, ...descendantsOf(child)]);
}
