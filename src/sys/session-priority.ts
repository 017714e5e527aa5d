import { readFileSync, writeFileSync } from 'node:fs';
import { fieldsAfterName } from './process-stat.js';

const AUTOGROUP = '/proc/self/autogroup';
const NICE = '-10';

/**
 * Raises the share of CPU of this process among the sessions of the host, where it has one of its own, as a service has. Where sessions have
 * equal shares (`kernel.sched_autogroup_enabled`, sched(7)), the priority of a thread counts within its session only: beside a load that
 * saturates the host all threads of the recorder together were left waiting for seconds, the one that reads the rings too. Does nothing where
 * it is not permitted, or the kernel has no such shares.
 */
export function raiseOwnSession(): void {
  try {
    // Others of a terminal's session are left as they are.
    const [, , , session] = fieldsAfterName(readFileSync('/proc/self/stat', 'latin1'));
    if (Number(session) === process.pid) writeFileSync(AUTOGROUP, NICE);
  } catch {
    // Not permitted, or a kernel without CONFIG_SCHED_AUTOGROUP.
  }
}
