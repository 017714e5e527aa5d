import { closeSync, fstatSync, openSync, readlinkSync, type Stats } from 'node:fs';
import { errno, libc } from './libc.js';

/** flock(2) of include/uapi/asm-generic/fcntl.h. SQLite locks with fcntl(2), which does not meet it. */
const LOCK_EX = 2;
const LOCK_NB = 4;
const EWOULDBLOCK = 11;

const flock = libc.func('int flock(int, int)');

/**
 * Holds an exclusive lock on a file; the kernel lets it go when the process ends, however it ends.
 * Close it only after SQLite has closed the same file: closing any descriptor of a file drops a process's fcntl locks.
 */
export class FileLock {
  private constructor(private readonly fd: number) {}

  /** The lock, or undefined where another process holds it. */
  static take(path: string): FileLock | undefined {
    const fd = openSync(path, 'r+');
    if (flock(fd, LOCK_EX | LOCK_NB) === 0) return new FileLock(fd);
    const code = errno();
    closeSync(fd);
    if (code === EWOULDBLOCK) return undefined;
    throw new Error(`flock: errno ${code}`);
  }

  /** The file that is locked, whatever its path is now. */
  stat(): Stats {
    return fstatSync(this.fd);
  }

  /** Where the file is now (proc(5), /proc/PID/fd); of a deleted one, its last path and ` (deleted)`. */
  whereabouts(): string {
    return readlinkSync(`/proc/self/fd/${this.fd}`);
  }

  close(): void {
    closeSync(this.fd);
  }
}
