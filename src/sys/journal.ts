/** The priority of a line in the systemd journal: sd-daemon(3) has `<N>` before it, systemd.exec(5) has JOURNAL_STREAM. */
import { fstatSync } from 'node:fs';

export type Priority = 'error' | 'warning' | 'info';

/** LOG_ERR, LOG_WARNING and LOG_INFO of syslog(3). */
const PREFIXES: Readonly<Record<Priority, string>> = { error: '<3>', warning: '<4>', info: '<6>' };

/** What stands before a line on stderr: nothing where stderr is not the journal. */
export function journalPrefix(priority: Priority): string {
  return isJournal(2, process.env['JOURNAL_STREAM']) ? PREFIXES[priority] : '';
}

/** @param stream device and inode of the journal's socket, `DEVICE:INODE` in decimal; a child may have another stderr than its parent */
function isJournal(fd: number, stream: string | undefined): boolean {
  if (stream === undefined) return false;
  try {
    const { dev, ino } = fstatSync(fd, { bigint: true });
    return stream === `${dev}:${ino}`;
  } catch {
    return false;
  }
}
