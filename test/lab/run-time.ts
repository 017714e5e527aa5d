import { readFileSync } from 'node:fs';

/** Run time of a thread of a process so far, by the scheduler: the first number of its schedstat, which has nanoseconds; milliseconds. */
export function threadRunTimeMs(pid: number, tid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${tid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
}
