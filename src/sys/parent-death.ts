import { libc } from './libc.js';

/** linux/prctl.h */
const PR_SET_PDEATHSIG = 1;
const SIGKILL = 9;

const prctl = libc.func('int prctl(int, unsigned long, unsigned long, unsigned long, unsigned long)');

/** Lets the kernel end this process when the one that started it ends, however that came about (Linux 2.1.57). */
export function dieWithParent(): void {
  prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
}

/** The same by the pid of the parent, which may have ended before this was called. */
export function endWithParent(pid: number): void {
  dieWithParent();
  if (process.ppid !== pid) process.exit(0);
}
