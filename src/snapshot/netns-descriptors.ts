import { bootTimeUs, threadCpuUs } from '../sys/clock.js';
import { fdDirectory, netnsFds } from '../sys/fd-links.js';
import { PROCESSES } from './owners.js';

/** Searches may use this share of a core. */
const SHARE = 0.002;

/**
 * Looks for network namespaces among the descriptors of all processes, once for each: a program may keep one open without being in it.
 */
export class NetnsDescriptors {
  /** When those that were not found were looked for, boot time. */
  private readonly nowhere = new Map<number, number>();
  private nextMs = 0;

  /** Paths of those that a descriptor refers to. `missing`: when the newest socket in each was opened, boot time. */
  find(missing: ReadonlyMap<number, number>, nowMs: number): ReadonlyMap<number, string> {
    for (const netns of this.nowhere.keys()) if (!missing.has(netns)) this.nowhere.delete(netns);
    const wanted = new Map([...missing].filter(([netns, newestBootUs]) => !this.isNowhere(netns, newestBootUs)));
    const found = new Map<number, string>();
    if (wanted.size === 0 || nowMs < this.nextMs) return found;
    const fromUs = threadCpuUs();
    const fromBootUs = bootTimeUs();
    for (const pid of PROCESSES.pids()) {
      const fds = netnsFds(pid, (inode) => wanted.has(inode));
      for (let at = 0; at < fds.length; at += 2) found.set(fds[at + 1] ?? 0, `${fdDirectory(pid)}/${fds[at]}`);
    }
    for (const netns of wanted.keys()) if (!found.has(netns)) this.nowhere.set(netns, fromBootUs);
    this.nextMs = nowMs + (threadCpuUs() - fromUs) / 1000 / SHARE;
    return found;
  }

  /** Whether it was looked for, in vain, since its newest socket was opened. */
  isNowhere(netns: number, newestBootUs: number): boolean {
    return (this.nowhere.get(netns) ?? Number.NEGATIVE_INFINITY) >= newestBootUs;
  }
}
