import { threadCpuUs } from '../sys/clock.js';
import { fdDirectory, netnsFds } from '../sys/fd-links.js';
import { PROCESSES } from './owners.js';

/** Searches may use this share of a core. */
const SHARE = 0.002;

/**
 * Looks for network namespaces among the descriptors of all processes, once for each: a program may keep one open without being in it.
 */
export class NetnsDescriptors {
  /** Those that were looked for and not found. */
  private readonly nowhere = new Set<number>();
  private nextMs = 0;

  /** Paths of those that a descriptor refers to. */
  find(missing: ReadonlySet<number>, nowMs: number): ReadonlyMap<number, string> {
    for (const netns of this.nowhere) if (!missing.has(netns)) this.nowhere.delete(netns);
    const wanted = new Set([...missing].filter((netns) => !this.nowhere.has(netns)));
    const found = new Map<number, string>();
    if (wanted.size === 0 || nowMs < this.nextMs) return found;
    const fromUs = threadCpuUs();
    for (const pid of PROCESSES.pids()) {
      const fds = netnsFds(pid, (inode) => wanted.has(inode));
      for (let at = 0; at < fds.length; at += 2) found.set(fds[at + 1] ?? 0, `${fdDirectory(pid)}/${fds[at]}`);
    }
    for (const netns of wanted) if (!found.has(netns)) this.nowhere.add(netns);
    this.nextMs = nowMs + (threadCpuUs() - fromUs) / 1000 / SHARE;
    return found;
  }

  /** Whether it was looked for, in vain. */
  isNowhere(netns: number): boolean {
    return this.nowhere.has(netns);
  }
}
