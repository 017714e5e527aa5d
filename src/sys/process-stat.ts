/** Ticks in a second of the times that the kernel shows in /proc: the same on every architecture that Node runs on. */
export const USER_HZ = 100;

/**
 * The fields in the text of /proc/PID/stat behind the name, which may have blanks and parentheses. The first one is the state, the third field of
 * proc_pid_stat(5).
 */
export function fieldsAfterName(stat: string): string[] {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}
