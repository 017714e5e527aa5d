import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { Owner } from '../model/snapshot.js';

/**
 * Every process that holds a socket's file, by the socket's inode: the links of /proc/PID/fd. Processes that end while
 * they are looked at, or may not be looked at, are left out. The name is the process's (its first thread's).
 */
export function readOwners(): Map<number, Owner[]> {
  const owners = new Map<number, Owner[]>();
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry);
    if (Number.isInteger(pid)) readProcess(pid, owners);
  }
  return owners;
}

function readProcess(pid: number, owners: Map<number, Owner[]>): void {
  let comm: string | undefined;
  for (const entry of listOrNothing(`/proc/${pid}/fd`)) {
    const inode = socketInode(`/proc/${pid}/fd/${entry}`);
    if (inode === undefined) continue;
    comm ??= readComm(pid);
    if (comm === undefined) return;
    const owner = { pid, fd: Number(entry), comm };
    const known = owners.get(inode);
    if (known === undefined) owners.set(inode, [owner]);
    else known.push(owner);
  }
}

function listOrNothing(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function socketInode(path: string): number | undefined {
  try {
    const link = readlinkSync(path);
    return link.startsWith('socket:[') ? Number(link.slice(8, -1)) : undefined;
  } catch {
    return undefined;
  }
}

function readComm(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').replace(/\n$/, '');
  } catch {
    return undefined;
  }
}
