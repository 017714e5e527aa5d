import type { FoundOwner } from '../model/owner.js';
import type { ReadHolder } from './owners.js';

/** A process that holds sockets, or one of its threads with a descriptor table of its own. */
export interface Holder {
  readonly pid: number;
  readonly tid: number | undefined;
  comm: string;
  readonly held: Map<number, Holding>;
  /** Its fork or exec, for the sockets that were found at the look after it and that were not reported since. */
  start: Start | undefined;
  readonly inherited: Set<number>;
}

/** A fork or exec. */
export interface Start {
  readonly sinceBootUs: number;
  /** The pid of the process that forked; undefined: it is gone. */
  readonly parent: number | undefined;
}

/** A descriptor that refers to a socket. */
interface Holding {
  readonly holder: Holder;
  readonly fd: number;
  readonly inode: number;
  /** The last look that found it. */
  look: number;
}

/** Which processes hold which sockets, as they were last read; and of which sockets that has changed. */
export class Holders {
  /** By pid; a thread by its negative id. */
  private readonly byKey = new Map<number, Holder>();
  /** An array only where there are several: most sockets have one. */
  private readonly byInode = new Map<number, Holding | readonly Holding[]>();
  private readonly shared = new Set<number>();
  private changed = new Set<number>();
  private looks = 0;

  /** The processes, without their threads. */
  pids(): number[] {
    return [...this.byKey.keys()].filter((key) => key > 0);
  }

  /** The processes that hold sockets, or of which a thread does. */
  holdingPids(): Set<number> {
    return new Set([...this.byKey.values()].map(({ pid }) => pid));
  }

  hasProcess(pid: number): boolean {
    return this.byKey.has(pid);
  }

  isHeld(inode: number): boolean {
    return this.byInode.has(inode);
  }

  /** The inodes whose holders have changed since the last call. */
  takeChanged(): ReadonlySet<number> {
    const { changed } = this;
    this.changed = new Set();
    return changed;
  }

  /** Counts its holders as changed. */
  touch(inode: number): void {
    this.changed.add(inode);
  }

  ownersOf(inode: number): FoundOwner[] {
    return this.holdingsOf(inode).map(({ fd, holder }) => {
      const { pid, tid, comm, start, inherited } = holder;
      const owner = tid === undefined ? { pid, fd, comm } : { pid, fd, comm, tid };
      return inherited.delete(inode) ? { ...owner, ...start } : owner;
    });
  }

  /** What was read of a process, or of a thread: replaces what was known. `start`: of one that was forked or has executed since the last time. */
  put(read: ReadHolder, start?: Start): void {
    const { pid, tid, comm, sockets } = read;
    const key = keyOf(pid, tid);
    let holder = this.byKey.get(key);
    if (holder === undefined) {
      holder = { pid, tid, comm, held: new Map(), start, inherited: new Set() };
      this.byKey.set(key, holder);
    }
    const isRenamed = holder.comm !== comm;
    const isFresh = start !== undefined && (isRenamed || holder.held.size === 0);
    if (isFresh) holder.start = start;
    holder.comm = comm;
    const look = ++this.looks;
    for (let at = 0; at < sockets.length; at += 2) {
      const fd = sockets[at] ?? 0;
      const inode = sockets[at + 1] ?? 0;
      if (isFresh) holder.inherited.add(inode);
      if (isRenamed) this.changed.add(inode);
      const known = holder.held.get(fd);
      if (known?.inode === inode) {
        known.look = look;
        continue;
      }
      if (known !== undefined) this.drop(known);
      this.add({ holder, fd, inode, look });
    }
    if (holder.held.size === sockets.length / 2) return;
    for (const holding of holder.held.values()) if (holding.look !== look) this.drop(holding);
  }

  /** A process is gone, or holds no socket; `tid`: one of its threads. */
  remove(pid: number, tid?: number): void {
    const holder = this.byKey.get(keyOf(pid, tid));
    if (holder === undefined) return;
    for (const holding of holder.held.values()) this.drop(holding);
    this.byKey.delete(keyOf(pid, tid));
  }

  /** The ids of the threads that are known to have tables of their own. */
  threadsOf(pid: number): number[] {
    return [...this.byKey.values()].flatMap(({ pid: owner, tid }) => (owner === pid && tid !== undefined ? [tid] : []));
  }

  /** All threads that are known to have tables of their own, with their processes. */
  threads(): Pick<Holder, 'pid' | 'tid'>[] {
    return [...this.byKey.values()].filter(({ tid }) => tid !== undefined);
  }

  /** Checks the descriptors of sockets that have several: each that no longer refers to its socket is dropped. */
  checkShared(inodeAt: (pid: number, tid: number | undefined, fd: number) => number): void {
    for (const inode of this.shared)
      for (const holding of this.holdingsOf(inode)) {
        const { holder, fd } = holding;
        if (inodeAt(holder.pid, holder.tid, fd) !== inode) this.drop(holding);
      }
  }

  /** The socket is gone. */
  forget(inode: number): void {
    for (const { holder, fd, inode: held } of this.holdingsOf(inode)) {
      if (holder.held.get(fd)?.inode === held) holder.held.delete(fd);
      holder.inherited.delete(inode);
    }
    this.byInode.delete(inode);
    this.shared.delete(inode);
    this.changed.delete(inode);
  }

  private holdingsOf(inode: number): readonly Holding[] {
    const known = this.byInode.get(inode);
    if (known === undefined) return [];
    return 'fd' in known ? [known] : known;
  }

  private add(holding: Holding): void {
    const { holder, fd, inode } = holding;
    holder.held.set(fd, holding);
    this.set(inode, [...this.holdingsOf(inode), holding]);
  }

  private drop(holding: Holding): void {
    const { holder, fd, inode } = holding;
    if (holder.held.get(fd) === holding) holder.held.delete(fd);
    holder.inherited.delete(inode);
    this.set(
      inode,
      this.holdingsOf(inode).filter((each) => each !== holding),
    );
  }

  private set(inode: number, holdings: readonly Holding[]): void {
    const [first] = holdings;
    if (first === undefined) this.byInode.delete(inode);
    else this.byInode.set(inode, holdings.length === 1 ? first : holdings);
    if (holdings.length > 1) this.shared.add(inode);
    else this.shared.delete(inode);
    this.changed.add(inode);
  }
}

function keyOf(pid: number, tid: number | undefined): number {
  return tid === undefined ? pid : -tid;
}
