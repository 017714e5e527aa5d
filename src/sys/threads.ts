/** Threads of a process, and those that have a descriptor table of their own, after unshare(2) or clone(2) without CLONE_FILES. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { libc } from './libc.js';
import { fieldsAfterName, USER_HZ } from './process-stat.js';

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

/** All threads of a process, in the order of /proc; none where it is gone. Times of the boot clock, to 10 ms. */
export function threadsOf(
  pid: number,
): { readonly tid: number; readonly comm: string; readonly madeBootUs: number; readonly ownFiles: boolean }[] {
  const own = new Set(threadsWithOwnFiles(pid));
  let names: string[];
  try {
    names = readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    const stat = statOf(`/proc/${pid}/task/${name}/stat`);
    return stat === undefined ? [] : [{ ...stat, tid: Number(name), ownFiles: own.has(Number(name)) }];
  });
}

/** /proc/PID/stat (proc(5)): the name in parentheses, which may have any character; the 22nd field is the start time. */
function statOf(file: string): { readonly comm: string; readonly madeBootUs: number } | undefined {
  try {
    const text = readFileSync(file, 'utf8');
    const end = text.lastIndexOf(')');
    const ticks = Number(fieldsAfterName(text)[19]);
    return { comm: text.slice(text.indexOf('(') + 1, end), madeBootUs: (ticks * 1_000_000) / USER_HZ };
  } catch {
    return undefined;
  }
}
