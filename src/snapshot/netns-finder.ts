import type { MissingNetns } from '../model/snapshot.js';
import { closeDescriptor } from '../sys/libc.js';
import { type NetnsPath, NetnsWatch, netnsOfProcess } from '../sys/netns.js';
import { NetnsHandle, netnsOfSocket } from '../sys/netns-handle.js';
import { NetnsDescriptors } from './netns-descriptors.js';

/** The namespaces of a round of snapshots. */
export interface FoundNetns {
  readonly places: readonly NetnsPath[];
  /** Those that are missing and were not looked for everywhere yet. */
  readonly unsure: readonly number[];
  /** Those found before that have certainly ended. */
  readonly gone: readonly number[];
  /** Boot time of the list: a namespace that was made since is not in it, and may have the inode number of one that has ended. */
  readonly listedBootUs: number;
  /** To be called when they have been entered. */
  close(): void;
}

/**
 * Finds network namespaces: those in which a process lives or that are bound to a file, and those that are kept alive by
 * their sockets alone. The latter are opened by a handle that was taken while they were found (Linux 6.18), else through a
 * socket, or a thread, that is known to be in one, or through a descriptor that a process keeps open.
 */
export class NetnsFinder {
  private readonly watch = new NetnsWatch();
  private readonly handles = new Map<number, NetnsHandle>();
  private readonly descriptors = new NetnsDescriptors();
  private missingBefore: ReadonlySet<number> = new Set();

  /** `missing`: those in which sockets are known to be, and that the last round did not find. */
  find(nowMs: number, missing: readonly MissingNetns[]): FoundNetns {
    if (missing.some(({ netns }) => !this.missingBefore.has(netns))) this.watch.forget();
    this.missingBefore = new Set(missing.map(({ netns }) => netns));
    const listed = this.watch.list(nowMs);
    const known = new Set(listed.map(({ netns }) => netns));
    const places = [...listed];
    const [opened, gone]: [number[], number[]] = [[], []];
    const add = (netns: number, path: string) => {
      known.add(netns);
      places.push({ netns, path });
    };
    const open = (netns: number, fd: number) => {
      opened.push(fd);
      add(netns, `/proc/self/fd/${fd}`);
    };
    for (const [netns, handle] of this.handles) {
      if (known.has(netns)) continue;
      const fd = handle.open();
      if (typeof fd === 'number') open(netns, fd);
      else this.handles.delete(netns);
      if (fd === 'gone') gone.push(netns);
    }
    for (const { netns, holders } of missing) {
      if (known.has(netns)) continue;
      const way = wayInto(netns, holders);
      if (typeof way === 'number') open(netns, way);
      else if (way !== undefined) add(netns, way);
    }
    const notListed = missing.filter(({ netns }) => !known.has(netns));
    const left = new Map(notListed.map(({ netns, newestBootUs }) => [netns, newestBootUs]));
    for (const [netns, path] of this.descriptors.find(left, nowMs)) add(netns, path);
    for (const { netns, path } of places) this.remember(netns, path);
    const isUnsure = ([netns, newestBootUs]: readonly [number, number]) =>
      !known.has(netns) && !this.descriptors.isNowhere(netns, newestBootUs);
    const unsure = [...left].filter(isUnsure).map(([netns]) => netns);
    const close = () => {
      for (const fd of opened) closeDescriptor(fd);
    };
    return { places, unsure, gone, listedBootUs: this.watch.listedBootUs, close };
  }

  /** The inode number is another namespace's now. */
  forget(netns: number): void {
    this.handles.delete(netns);
  }

  private remember(netns: number, path: string): void {
    if (this.handles.has(netns)) return;
    const handle = NetnsHandle.at(path, netns);
    if (handle !== undefined) this.handles.set(netns, handle);
  }
}

/** Through a thread that is in it, its path; or through a socket, a descriptor of the namespace, to be closed. */
function wayInto(netns: number, holders: MissingNetns['holders']): string | number | undefined {
  for (const { pid, tid, fd } of holders) {
    if (netnsOfProcess(`${pid}/task/${tid}`) === netns) return `/proc/${pid}/task/${tid}/ns/net`;
    const found = netnsOfSocket(pid, fd, netns);
    if (found !== undefined) return found;
  }
  return undefined;
}
