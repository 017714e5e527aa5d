import { readdirSync, readFileSync } from 'node:fs';
import type { Owner } from '../model/owner.js';
import { socketFds } from '../sys/fd-links.js';
import { netnsOfProcess } from '../sys/netns.js';

/**
 * Every process that holds a socket's file, by the socket's inode: the links of /proc/PID/fd. Processes that end while
 * they are looked at, or may not be looked at, are left out. The name is the process's (its first thread's).
 * @param living only the processes that live in these network namespaces: nearly always where their sockets are
 */
export function readOwners(living?: ReadonlySet<number>): Map<number, Owner[]> {
  const owners = new Map<number, Owner[]>();
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry);
    if (!Number.isInteger(pid)) continue;
    if (living === undefined || living.has(netnsOfProcess(pid) ?? 0)) readProcess(pid, owners);
  }
  return owners;
}

function readProcess(pid: number, owners: Map<number, Owner[]>): void {
  const sockets = socketFds(pid);
  if (sockets.length === 0) return;
  const comm = readComm(pid);
  if (comm === undefined) return;
  for (const { fd, inode } of sockets) {
    const known = owners.get(inode);
    if (known === undefined) owners.set(inode, [{ pid, fd, comm }]);
    else known.push({ pid, fd, comm });
  }
}

function readComm(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').replace(/\n$/, '');
  } catch {
    return undefined;
  }
}
