/** Threads of a process that have a descriptor table of their own, after unshare(2) or clone(2) without CLONE_FILES. */
import { readdirSync, statSync } from 'node:fs';
import { libc } from './libc.js';

const SYSCALL_NUMBER: Readonly<Record<string, number>> = { x64: 312, arm64: 272 };
/** enum kcmp_type of include/uapi/linux/kcmp.h. */
const KCMP_FILES = 2;
/** A directory of proc has a link more for each of its directories. */
const LINKS_OF_ONE_THREAD = 3;

const kcmp = libc.func('long syscall(long, int, int, int, unsigned long, unsigned long)');

/** Their ids; none where the process is gone, or where kcmp(2) is missing (CONFIG_KCMP) or not permitted. */
export function threadsWithOwnFiles(pid: number): number[] {
  const path = `/proc/${pid}/task`;
  try {
    if (statSync(path).nlink <= LINKS_OF_ONE_THREAD) return [];
    return readdirSync(path)
      .map(Number)
      .filter((tid) => tid !== pid && filesDiffer(pid, tid));
  } catch {
    return [];
  }
}

/** 0: the same table; 1 and 2: another, which comes before or after it in the kernel's order. */
function filesDiffer(pid: number, tid: number): boolean {
  return Number(kcmp(SYSCALL_NUMBER[process.arch] ?? 312, pid, tid, KCMP_FILES, 0, 0)) > 0;
}
