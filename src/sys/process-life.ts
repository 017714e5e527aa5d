import { readFileSync, readlinkSync } from 'node:fs';

/** PROC_PID_INIT_INO of include/linux/proc_ns.h. */
const INITIAL_PID_NAMESPACE = 'pid:[4026531836]';

/** Whether this process sees those of all PID namespaces: it is in no container. */
export function isInitialPidNamespace(): boolean {
  return readlinkSync('/proc/self/ns/pid') === INITIAL_PID_NAMESPACE;
}

/** Whether this PID namespace has no such process any more, or only what its parent has not reaped. */
export function hasEnded(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is another user's.
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
  return 'ZX'.includes(stateOf(pid));
}

/** The third field of /proc/PID/stat, behind a name that may hold anything; `?`: it is hidden (hidepid=). */
function stateOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.charAt(stat.lastIndexOf(')') + 2) || '?';
  } catch {
    return '?';
  }
}

/** The number that a process has in its own PID namespace (NSpid of /proc/PID/status); undefined: it is hidden, or has ended. */
export function innermostPid(pid: number): number | undefined {
  try {
    const [, numbers = ''] = /^NSpid:\s+(.+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? [];
    return Number(numbers.split(/\s+/).at(-1)) || undefined;
  } catch {
    return undefined;
  }
}
