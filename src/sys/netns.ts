/** Network namespaces: which there are, and doing something inside one. */
import { closeSync, openSync, readdirSync, readlinkSync, statSync } from 'node:fs';
import { errno, libc } from './libc.js';

const CLONE_NEWNET = 0x40000000;
const NAMED = '/run/netns';

const setns = libc.func('int setns(int, int)');

export interface NetnsPath {
  /** Inode number: what `readlink /proc/PID/ns/net` shows. */
  readonly netns: number;
  /** A file that stands for it, as long as its process lives or it is bound there. */
  readonly path: string;
}

/** The network namespace of this process. */
export function ownNetns(): number {
  return statSync('/proc/self/ns/net').ino;
}

/** Every network namespace that a process lives in or that has a name, each once. */
export function listNetns(): NetnsPath[] {
  const found = new Map<number, string>([[ownNetns(), '/proc/self/ns/net']]);
  for (const pid of readdirSync('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    const netns = netnsOfLink(`/proc/${pid}/ns/net`);
    if (netns !== undefined && !found.has(netns)) found.set(netns, `/proc/${pid}/ns/net`);
  }
  for (const name of readdirOrNothing(NAMED)) {
    const netns = statSync(`${NAMED}/${name}`, { throwIfNoEntry: false })?.ino;
    if (netns !== undefined && !found.has(netns)) found.set(netns, `${NAMED}/${name}`);
  }
  return [...found].map(([netns, path]) => ({ netns, path }));
}

/**
 * Runs `work` with this thread inside another network namespace, synchronously, and comes back. A socket that `work`
 * opens stays in there.
 */
export function insideNetns<T>(path: string, work: () => T): T {
  const home = openSync('/proc/thread-self/ns/net', 'r');
  try {
    enter(path);
    const result = attempt(work);
    if (setns(home, CLONE_NEWNET) !== 0) throw new Error(`coming back from ${path}: errno ${errno()}`);
    if ('error' in result) throw result.error;
    return result.value;
  } finally {
    closeSync(home);
  }
}

function attempt<T>(work: () => T): { readonly value: T } | { readonly error: unknown } {
  try {
    return { value: work() };
  } catch (error) {
    return { error };
  }
}

function enter(path: string): void {
  const fd = openSync(path, 'r');
  try {
    if (setns(fd, CLONE_NEWNET) !== 0) throw new Error(`entering ${path}: errno ${errno()}`);
  } finally {
    closeSync(fd);
  }
}

function netnsOfLink(path: string): number | undefined {
  try {
    return Number(/\[(\d+)\]/.exec(readlinkSync(path))?.[1]) || undefined;
  } catch {
    return undefined;
  }
}

function readdirOrNothing(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
