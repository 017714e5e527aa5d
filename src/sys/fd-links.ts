/** What the descriptors of processes refer to: the links of /proc/PID/fd (proc(5)), read through libc for speed. */
import { closeSync, openSync, readdirSync } from 'node:fs';
import { libc } from './libc.js';

const LINK_BYTES = 64;
const SOCKET = Buffer.from('socket:[');
const CLOSING_BRACKET = 0x5d;
const ZERO = 0x30;
const AT_FDCWD = -100;

const readlinkat = libc.func('long readlinkat(int, const char *, _Out_ void *, size_t)');
const link = Buffer.alloc(LINK_BYTES);

/** A descriptor of a process and the inode number of its socket. */
export interface SocketFd {
  readonly fd: number;
  readonly inode: number;
}

/** The directory of a process's descriptors, or of those of one of its threads. */
export function fdDirectory(pid: number, tid?: number): string {
  return tid === undefined ? `/proc/${pid}/fd` : `/proc/${pid}/task/${tid}/fd`;
}

/** The sockets that a process holds, or one of its threads; none where it is gone or may not be looked at. */
export function socketFds(pid: number, tid?: number): SocketFd[] {
  const path = fdDirectory(pid, tid);
  let directory: number | undefined;
  try {
    directory = openSync(path, 'r');
    const found: SocketFd[] = [];
    for (const fd of readdirSync(path)) {
      const inode = socketInode(directory, fd);
      if (inode !== 0) found.push({ fd: Number(fd), inode });
    }
    return found;
  } catch {
    return [];
  } finally {
    if (directory !== undefined) closeSync(directory);
  }
}

/** The inode number of the socket that one descriptor refers to; 0: it is closed, or refers to something else. */
export function inodeOfFd(pid: number, tid: number | undefined, fd: number): number {
  return socketInode(AT_FDCWD, `${fdDirectory(pid, tid)}/${fd}`);
}

/** The number in `socket:[123]`, 0 where the link is another. */
function socketInode(directory: number, path: string): number {
  const length = Number(readlinkat(directory, path, link, LINK_BYTES));
  if (length <= SOCKET.length || link.compare(SOCKET, 0, SOCKET.length, 0, SOCKET.length) !== 0) return 0;
  let inode = 0;
  for (let at = SOCKET.length; at < length; at++) {
    const byte = link[at] ?? 0;
    if (byte === CLOSING_BRACKET) break;
    inode = inode * 10 + byte - ZERO;
  }
  return inode;
}
