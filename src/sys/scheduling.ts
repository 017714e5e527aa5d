import { setPriority } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { libc } from './libc.js';

/** Policies of include/uapi/linux/sched.h. */
const SCHED_OTHER = 0;
const SCHED_FIFO = 1;

const schedSetscheduler = libc.func('int sched_setscheduler(int, int, void *)');
const lowestRealtime = Buffer.from(Int32Array.of(1).buffer);
const ordinary = Buffer.from(Int32Array.of(0).buffer);

/**
 * Runs something short without being preempted by ordinary threads: as a real-time thread of the lowest priority. Where that
 * is not permitted (CAP_SYS_NICE) it runs as it is.
 */
export function beforeOthers<T>(work: () => T): T {
  const raised = Number(schedSetscheduler(0, SCHED_FIFO, lowestRealtime)) === 0;
  try {
    return work();
  } finally {
    if (raised) schedSetscheduler(0, SCHED_OTHER, ordinary);
  }
}

const HURRIED_NICE = -4;

/**
 * Puts this process before ordinary work, as auditd does: on a saturated host the map fills faster than a fair share empties it.
 * And collects young garbage on one thread: the helper threads cost the host more CPU than they save in time.
 */
export function hurry(): void {
  setFlagsFromString('--no-parallel-scavenge');
  try {
    setPriority(HURRIED_NICE);
  } catch {
    // Not root: it works at the ordinary priority.
  }
}
