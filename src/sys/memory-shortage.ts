import { writeFileSync } from 'node:fs';

/** From -1000 (never) to 1000 (first): proc_pid_oom_score_adj(5), Linux 2.6.36. */
const FIRST = 500;

/** Where memory runs out, the kernel is to end this process before the one that started it. Where that cannot be said, nothing happens. */
export function endFirstInShortage(): void {
  try {
    writeFileSync('/proc/self/oom_score_adj', String(FIRST));
  } catch {
    // The kernel then chooses by size, which mostly is the same.
  }
}
