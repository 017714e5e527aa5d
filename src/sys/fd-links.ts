/** What the descriptors of processes refer to: the links of /proc/PID/fd (proc(5)), read through libc for speed. */
import { closeSync, openSync, statSync } from 'node:fs';
import { libc } from './libc.js';

const LINK_BYTES = 64;
const SOCKET = Buffer.from('socket:[');
const NETNS = Buffer.from('net:[');
const CLOSING_BRACKET = 0x5d;
const ZERO = 0x30;
const AT_FDCWD = -100;

/** struct linux_dirent64 (getdents64(2)): its length, and its name, which ends with a zero byte. */
const RECORD_LENGTH = 16;
const RECORD_NAME = 19;
const GETDENTS64: Readonly<Record<string, number>> = { x64: 217, arm64: 61 };

const readlinkat = libc.func('long readlinkat(int, const void *, _Out_ void *, size_t)');
const getdents64 = libc.func('long syscall(long, int, _Out_ void *, unsigned long)');
const link = Buffer.alloc(LINK_BYTES);
/** What of `link` is filled. */
let linkBytes = 0;
const entries = Buffer.alloc(32_768);

/** Pairs of a descriptor and the inode number of its socket. */
let pairs = new Float64Array(1024);

/** The directory of a process's descriptors, or of those of one of its threads. */
export function fdDirectory(pid: number, tid?: number): string {
  return tid === undefined ? `/proc/${pid}/fd` : `/proc/${pid}/task/${tid}/fd`;
}

/**
 * The wanted sockets that a process holds, or one of its threads: descriptor, inode, descriptor, inode and so on. None where it is
 * gone or may not be looked at. Valid until the next call: with 50,000 of them, objects would live long enough to fill the heap.
 */
export function socketFds(pid: number, tid: number | undefined, isWanted: (inode: number) => boolean): Float64Array {
  return fdsOf(SOCKET, pid, tid, isWanted);
}

/** The same of the network namespaces that its descriptors refer to. */
export function netnsFds(pid: number, isWanted: (inode: number) => boolean): Float64Array {
  return fdsOf(NETNS, pid, undefined, isWanted);
}

function fdsOf(kind: Buffer, pid: number, tid: number | undefined, isWanted: (inode: number) => boolean): Float64Array {
  let directory: number | undefined;
  let used = 0;
  try {
    directory = openSync(fdDirectory(pid, tid), 'r');
    for (let bytes = readEntries(directory); bytes > 0; bytes = readEntries(directory)) {
      for (let at = 0; at < bytes; at += entries.readUInt16LE(at + RECORD_LENGTH)) {
        const fd = numberAt(at + RECORD_NAME);
        let inode = fd < 0 ? 0 : inodeIn(kind, directory, entries.subarray(at + RECORD_NAME));
        if (kind === NETNS && inode === 0 && mayBeNamedNetns()) inode = inodeOfNamespace(directory, fd);
        if (inode === 0 || !isWanted(inode)) continue;
        if (used === pairs.length) pairs = doubled(pairs);
        pairs[used++] = fd;
        pairs[used++] = inode;
      }
    }
    return pairs.subarray(0, used);
  } catch {
    return pairs.subarray(0, 0);
  } finally {
    if (directory !== undefined) closeSync(directory);
  }
}

/** Node's own readdir makes a text of each entry. @returns how many bytes of `entries` are filled */
function readEntries(directory: number): number {
  return Number(getdents64(GETDENTS64[process.arch] ?? 217, directory, entries, entries.length));
}

/** The number that the text at a place is, up to its zero byte; -1: it is none (`.`). */
function numberAt(at: number): number {
  let value = 0;
  for (let digit = entries[at]; digit !== undefined && digit !== 0; digit = entries[++at]) {
    if (digit < ZERO || digit > ZERO + 9) return -1;
    value = value * 10 + digit - ZERO;
  }
  return value;
}

function doubled(values: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(values.length * 2);
  larger.set(values);
  return larger;
}

/** The inode number of the socket that one descriptor refers to; 0: it is closed, or refers to something else. */
export function inodeOfFd(pid: number, tid: number | undefined, fd: number): number {
  return inodeIn(SOCKET, AT_FDCWD, Buffer.from(`${fdDirectory(pid, tid)}/${fd}\0`));
}

/**
 * Whether the link that was read last may be of a namespace that was opened by a name: it shows the name, and `/` once that was deleted (seen
 * on 6.18: the path of a file in a mount that was detached).
 */
function mayBeNamedNetns(): boolean {
  const text = link.toString('latin1', 0, Math.max(0, linkBytes));
  return text === '/' || text.includes('netns/');
}

/** The inode number of the namespace that a descriptor refers to; 0: it refers to something else. */
function inodeOfNamespace(directory: number, fd: number): number {
  try {
    const { ino, dev } = statSync(`/proc/self/fd/${directory}/${fd}`);
    return dev === statSync('/proc/self/ns/net').dev ? ino : 0;
  } catch {
    return 0;
  }
}

/** `path` ends with a zero byte. The number in `socket:[123]` or `net:[123]`, 0 where the link is of another kind. */
function inodeIn(kind: Buffer, directory: number, path: Uint8Array): number {
  const length = Number(readlinkat(directory, path, link, LINK_BYTES));
  linkBytes = length;
  if (length <= kind.length || link.compare(kind, 0, kind.length, 0, kind.length) !== 0) return 0;
  let inode = 0;
  for (let at = kind.length; at < length; at++) {
    const byte = link[at] ?? 0;
    if (byte === CLOSING_BRACKET) break;
    inode = inode * 10 + byte - ZERO;
  }
  return inode;
}
