import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { Owner } from '../model/owner.js';
import { inodeOfFd, socketFds } from '../sys/fd-links.js';
import { netnsOfProcess } from '../sys/netns.js';
import { fieldsAfterName } from '../sys/process-stat.js';
import { threadsWithOwnFiles } from '../sys/threads.js';

/** A process that holds sockets, or one of its threads that has a descriptor table of its own. */
export interface ReadHolder {
  readonly pid: number;
  /** Undefined: its threads share one table. */
  readonly tid: number | undefined;
  /** The process's name: its first thread's. */
  readonly comm: string;
  /** Descriptor, inode, descriptor, inode and so on; valid until the next look at a process. */
  readonly sockets: Float64Array;
}

/** Whether a socket's inode is one of those whose owners are wanted: others are those of other protocols. */
export type IsWanted = (inode: number) => boolean;

/** What can be read of the processes of this host. */
export interface Processes {
  pids(): number[];
  exists(pid: number): boolean;
  netnsOf(pid: number): number | undefined;
  /** The pid of its parent, undefined where it is gone. */
  parentOf(pid: number): number | undefined;
  /** Undefined: it is gone, may not be looked at, or holds no wanted socket. */
  read(pid: number, isWanted: IsWanted): ReadHolder | undefined;
  /** Its threads that have descriptor tables of their own with wanted sockets, one after the other. */
  threads(pid: number, isWanted: IsWanted): Iterable<ReadHolder>;
  /** The inode of the socket that a descriptor refers to; 0: of none. */
  inodeAt(pid: number, tid: number | undefined, fd: number): number;
}

/** Those in /proc. */
export const PROCESSES: Processes = {
  pids: () =>
    readdirSync('/proc')
      .map(Number)
      .filter((pid) => Number.isInteger(pid)),
  exists: (pid) => existsSync(`/proc/${pid}`),
  netnsOf: netnsOfProcess,
  parentOf: readParent,
  read: readHolder,
  *threads(pid, isWanted) {
    for (const tid of threadsWithOwnFiles(pid)) {
      const holder = readHolder(pid, isWanted, tid);
      if (holder !== undefined) yield holder;
    }
  },
  inodeAt: inodeOfFd,
};

function readHolder(pid: number, isWanted: IsWanted, tid?: number): ReadHolder | undefined {
  const sockets = socketFds(pid, tid, isWanted);
  if (sockets.length === 0) return undefined;
  const comm = readComm(pid);
  return comm === undefined ? undefined : { pid, tid, comm, sockets };
}

/**
 * Every process that holds a socket's file, by the socket's inode: the links of /proc/PID/fd, and of the threads that have
 * descriptor tables of their own. Processes that end while they are looked at, or may not be looked at, are left out.
 */
export function readOwners(): Map<number, Owner[]> {
  const owners = new Map<number, Owner[]>();
  for (const pid of PROCESSES.pids()) {
    const holder = readHolder(pid, () => true);
    if (holder !== undefined) addOwners(owners, holder);
    for (const thread of PROCESSES.threads(pid, () => true)) addOwners(owners, thread);
  }
  return owners;
}

function addOwners(owners: Map<number, Owner[]>, { pid, tid, comm, sockets }: ReadHolder): void {
  for (let at = 0; at < sockets.length; at += 2) {
    const fd = sockets[at] ?? 0;
    const inode = sockets[at + 1] ?? 0;
    const owner = tid === undefined ? { pid, fd, comm } : { pid, fd, comm, tid };
    const known = owners.get(inode);
    if (known === undefined) owners.set(inode, [owner]);
    else known.push(owner);
  }
}

function readComm(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').replace(/\n$/, '');
  } catch {
    return undefined;
  }
}

/** The fourth field of proc_pid_stat(5). */
function readParent(pid: number): number | undefined {
  try {
    return Number(fieldsAfterName(readFileSync(`/proc/${pid}/stat`, 'latin1'))[1]) || undefined;
  } catch {
    return undefined;
  }
}
