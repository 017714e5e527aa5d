import { readFileSync, statSync } from 'node:fs';

/** A line of /proc/locks (proc(5)) for a lock of flock(2) that is held: its process and inode. Those that wait have `->` before them. */
const HELD = /^\d+: FLOCK +\S+ +WRITE (\d+) [\da-f]+:[\da-f]+:(\d+) /;

/**
 * The processes that hold an exclusive flock(2) on a file, as numbers of this PID namespace: the kernel leaves out those that have none here.
 * Looks only, and takes no lock. Files are distinguished by their inode numbers alone: btrfs and overlayfs report another device than /proc/locks
 * has, so a file of another file system can be taken for this one.
 * @throws Error where /proc/locks or the file cannot be read
 */
export function lockHolders(path: string): number[] {
  const inode = String(statSync(path, { bigint: true }).ino);
  return readFileSync('/proc/locks', 'latin1')
    .split('\n')
    .flatMap((line) => {
      const [, pid, ofFile] = HELD.exec(line) ?? [];
      return ofFile === inode ? [Number(pid)] : [];
    });
}
