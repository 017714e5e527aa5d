import { libc } from './libc.js';

const SYSCALL_NUMBER: Readonly<Record<string, number>> = { x64: 324, arm64: 283 };
/** synchronize_rcu() in the kernel: kernel/sched/membarrier.c. */
const MEMBARRIER_CMD_GLOBAL = 1;

const syscall = libc.func('long syscall(long, int, unsigned int, int)');

/**
 * Waits until every BPF program that ran when it was called has ended, tens of milliseconds at most: they run where RCU readers do. One that was detached
 * before does not run after it.
 */
export function waitForPrograms(): void {
  syscall(SYSCALL_NUMBER[process.arch] ?? 324, MEMBARRIER_CMD_GLOBAL, 0, 0);
}
