/** Network namespaces that no process lives in and no file is bound to: sockets and descriptors keep them alive. */
import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { HANDLE_HEADER, openByHandle } from './file-handle.js';
import { closeDescriptor, libc } from './libc.js';
import { PidFd } from './pidfd.js';

const AT_EMPTY_PATH = 0x1000;
/** include/linux/sockios.h: a descriptor of the network namespace of a socket. */
const SIOCGSKNS = 0x894c;
/** Room for the longest handle (MAX_HANDLE_SZ). */
const HANDLE_BYTES = HANDLE_HEADER + 128;

const nameToHandleAt = libc.func('int name_to_handle_at(int, const char *, _Inout_ void *, _Out_ int *, int)');
const ioctl = libc.func('int ioctl(int, unsigned long, long)');

/** A name of a namespace that does not keep it alive: a file handle of nsfs (Linux 6.18). */
export class NetnsHandle {
  private constructor(private readonly bytes: Buffer) {}

  /** The handle of the namespace that a file refers to; undefined where the kernel has none, or it is another namespace by now. */
  static at(path: string, netns: number): NetnsHandle | undefined {
    let fd: number | undefined;
    try {
      fd = openSync(path, 'r');
      if (fstatSync(fd).ino !== netns) return undefined;
      const bytes = Buffer.alloc(HANDLE_BYTES);
      bytes.writeUInt32LE(HANDLE_BYTES - HANDLE_HEADER, 0);
      return nameToHandleAt(fd, '', bytes, [0], AT_EMPTY_PATH) === 0 ? new NetnsHandle(bytes) : undefined;
    } catch {
      return undefined;
    } finally {
      if (fd !== undefined) closeSync(fd);
    }
  }

  /** A descriptor of the namespace, to be closed; `gone`: it has ended; undefined: it cannot be opened. */
  open(): number | 'gone' | undefined {
    // Any file of nsfs shows which file system is meant.
    const home = openSync('/proc/thread-self/ns/net', 'r');
    try {
      return openByHandle(home, this.bytes, constants.O_RDONLY);
    } finally {
      closeSync(home);
    }
  }
}

/**
 * A descriptor of the namespace of a socket that a process holds, to be closed (pidfd_getfd(2), Linux 5.6). Undefined where it
 * cannot be had, or the descriptor is another file, or a socket of another namespace, by now.
 */
export function netnsOfSocket(pid: number, fd: number, netns: number): number | undefined {
  let process: PidFd | undefined;
  let socket: number | undefined;
  try {
    process = new PidFd(pid);
    socket = process.take(fd);
    const found = Number(ioctl(socket, SIOCGSKNS, 0));
    if (found < 0) return undefined;
    if (fstatSync(found).ino === netns) return found;
    closeDescriptor(found);
    return undefined;
  } catch {
    return undefined;
  } finally {
    if (socket !== undefined) closeDescriptor(socket);
    process?.close();
  }
}
