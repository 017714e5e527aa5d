/** Taking descriptors out of another process: pidfd_open(2) (Linux 5.3) and pidfd_getfd(2) (5.6). */
import { readdirSync, readlinkSync } from 'node:fs';
import { closeDescriptor, describeErrno, errno, libc } from './libc.js';

/** The same numbers on every architecture. */
const PIDFD_OPEN = 434;
const PIDFD_GETFD = 438;
const ENOSYS = 38;
const EPERM = 1;

const syscall = libc.func('long syscall(long, long, long, long)');

/** A process that does not hand out its descriptors, and why. */
export class TakeOverRefused extends Error {}

export interface Descriptor {
  readonly fd: number;
  /** What /proc/PID/fd shows, such as `anon_inode:bpf-map`. */
  readonly target: string;
}

/** The descriptors of a process. */
export function descriptorsOf(pid: number): Descriptor[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((name) => {
    try {
      return [{ fd: Number(name), target: readlinkSync(`/proc/${pid}/fd/${name}`) }];
    } catch {
      return [];
    }
  });
}

/** Copies descriptors of a process that this one may trace (ptrace(2), PTRACE_MODE_ATTACH_REALCREDS). */
export class PidFd {
  private readonly fd: number;

  /** @throws TakeOverRefused where the kernel has no such call, or the process is gone */
  constructor(pid: number) {
    this.fd = Number(syscall(PIDFD_OPEN, pid, 0, 0));
    if (this.fd < 0) throw refused('pidfd_open(2)', errno());
  }

  /** A descriptor of this process for the same open file; closed on exec. @throws TakeOverRefused */
  take(fd: number): number {
    const taken = Number(syscall(PIDFD_GETFD, this.fd, fd, 0));
    if (taken < 0) throw refused('pidfd_getfd(2)', errno());
    return taken;
  }

  close(): void {
    closeDescriptor(this.fd);
  }
}

function refused(call: string, code: number): TakeOverRefused {
  if (code === ENOSYS) return new TakeOverRefused(`this kernel has no ${call} (Linux 5.6)`);
  if (code === EPERM)
    return new TakeOverRefused(
      `${call} is refused: it needs CAP_SYS_PTRACE, kernel.yama.ptrace_scope below 3, and a container's seccomp profile that allows it`,
    );
  return new TakeOverRefused(`${call}: ${describeErrno(code)}`);
}
