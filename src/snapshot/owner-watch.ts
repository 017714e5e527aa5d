import type { FoundOwner } from '../model/owner.js';
import type { InodeBook } from './change-memory.js';
import { type CpuClocks, CpuShare } from './cpu-share.js';
import { Holders, type Start } from './holders.js';
import type { Processes } from './owners.js';
import type { ProcessMarks } from './process-marks.js';

/** Searches may use at most this share of a core: of few processes, and of all. */
const SCAN_SHARE = 0.005;
/** Looks at processes that are known to have changed may use more: such an owner is to be right after two snapshots. */
const CHANGES_SHARE = 0.03;
/** And what they did not use of that in so long a time, milliseconds. */
const CHANGES_SAVED_MS = 10_000;
/** But where an owner is missing, the next one is never later than this, milliseconds; where none is, never earlier. */
const SEARCH_EVERY_MS = 10_000;
/** After a pause as long as this, what is there is worth a search at once. */
const LONG_PAUSE_MS = 1_500;
/** So many searches of all processes must find that none holds a socket which one has held. */
const UNHELD_TIMES = 2;
/** So many looks at a process that has forked or executed must find that it holds none. */
const BARREN_TIMES = 3;

/** What is new about owners. */
export interface OwnerNews {
  /** All owners of a socket, by its inode, where they are others than before; none: no process has held it for a while. */
  readonly owners: ReadonlyMap<number, readonly FoundOwner[]>;
  /** All processes were searched. */
  readonly all: boolean;
}

/** The sockets of one network namespace, each for its inode. */
interface Place {
  readonly netns: number;
}
const NOTHING_NEW: OwnerNews = { owners: new Map(), all: false };

/**
 * Decides which processes to look at for the owners of sockets. The first snapshot needs all of them, and so does one every ten
 * seconds: a descriptor may have been passed to any process. In between, a socket is worth it when it is still there in the snapshot
 * after the one that found it (the opener is known from the probe), or when the snapshot before was long ago. Then the processes are
 * looked at that the BPF programs follow, or without BPF those of its own namespace; only where none of them holds it, all are.
 * Processes that have forked, executed or ended are looked at with the next snapshot, and so are the descriptors of sockets that have several.
 */
export class OwnerWatch {
  private readonly places = new Map<number, Place>();
  private readonly placeOf = new Map<number, Place>();
  /** How many more sockets have an inode: subflows of MPTCP. */
  private readonly copies = new Map<number, number>();
  readonly holders = new Holders();
  /** Inodes whose owners are unknown, with the round that found them. */
  private readonly waiting = new Map<number, number>();
  /** Those of them that a process holds which has forked or executed: their other holders are not left for later. */
  private readonly inherited = new Set<number>();
  /** Inodes that only a search of all processes can find the owners of. */
  private readonly elsewhere = new Set<number>();
  /** Inodes that were held once, with how many searches of all have found that no process holds them. */
  private readonly lost = new Map<number, number>();
  /** By pid, the mark of a process when it was looked at. */
  private readonly marked = new Map<number, number>();
  /** By pid, how often a process that was marked held no socket. */
  private readonly barren = new Map<number, number>();
  private round = 0;
  private lastLookMs = Number.NEGATIVE_INFINITY;
  private readonly changes: CpuShare;
  private readonly few: CpuShare;
  private readonly all: CpuShare;
  private nextRegularMs = 0;

  constructor(
    private readonly processes: Processes,
    private readonly clocks: CpuClocks,
  ) {
    this.changes = new CpuShare(clocks, CHANGES_SHARE, CHANGES_SAVED_MS);
    this.few = new CpuShare(clocks, SCAN_SHARE);
    this.all = new CpuShare(clocks, SCAN_SHARE);
  }

  /** Takes note of the sockets of a network namespace that come and go. */
  bookOf(netns: number): InodeBook {
    const place = this.places.get(netns) ?? { netns };
    this.places.set(netns, place);
    return {
      add: (inode) => this.add(inode, place),
      delete: (inode) => this.delete(inode),
      want: (inode) => this.holders.touch(inode),
    };
  }

  /** The network namespace is gone; its sockets were deleted from its book. */
  forget(netns: number): void {
    this.places.delete(netns);
  }

  /**
   * A round of snapshots is complete. The last round is worth a search of everything, however long it takes. `marks`: undefined where no
   * BPF programs follow processes.
   */
  update({
    last = false,
    marks,
  }: {
    readonly last?: boolean;
    readonly marks?: ProcessMarks | undefined;
  } = {}): OwnerNews {
    const nowMs = this.clocks.nowMs();
    const isRipeAtOnce = nowMs - this.lastLookMs >= LONG_PAUSE_MS;
    this.lastLookMs = nowMs;
    const round = this.round++;
    if (this.placeOf.size === 0) return NOTHING_NEW;
    if (round === 0 || last || nowMs >= this.nextRegularMs || (this.elsewhere.size > 0 && nowMs >= this.all.nextMs))
      return this.searchAll(marks);
    const isChangeDue = nowMs >= this.changes.nextMs;
    const isSearchDue = nowMs >= this.few.nextMs;
    if (!isChangeDue && !isSearchDue) return NOTHING_NEW;
    const followed = marks?.read();
    const ripe = [...this.waiting].filter(([, since]) => since < round || isRipeAtOnce).map(([inode]) => inode);
    if (isChangeDue)
      this.changes.use(() => {
        if (followed !== undefined && marks !== undefined) this.followChanges(followed, marks);
        this.holders.checkShared((pid, tid, fd) => this.processes.inodeAt(pid, tid, fd));
        if (!isSearchDue && ripe.some((inode) => this.inherited.has(inode))) this.searchFew(ripe, followed);
      });
    if (isSearchDue && ripe.length > 0) {
      this.few.use(() => this.searchFew(ripe, followed));
      this.few.nextMs = Math.min(this.few.nextMs, this.clocks.nowMs() + SEARCH_EVERY_MS);
    }
    return { owners: this.news(), all: false };
  }

  private readonly isWanted = (inode: number) => this.placeOf.has(inode);

  private add(inode: number, place: Place): void {
    if (this.placeOf.has(inode)) this.copies.set(inode, (this.copies.get(inode) ?? 0) + 1);
    this.placeOf.set(inode, place);
    this.waiting.set(inode, this.round);
  }

  private delete(inode: number): void {
    const copies = this.copies.get(inode) ?? 0;
    if (copies > 1) this.copies.set(inode, copies - 1);
    else this.copies.delete(inode);
    if (copies > 0) {
      // What was bound only may be a connection now: its owners are reported once more.
      this.holders.touch(inode);
      return;
    }
    this.placeOf.delete(inode);
    this.holders.forget(inode);
    this.waiting.delete(inode);
    this.inherited.delete(inode);
    this.elsewhere.delete(inode);
    this.lost.delete(inode);
  }

  /** Looks at the processes that have forked, executed or ended. */
  private followChanges(followed: ReadonlyMap<number, number>, marks: ProcessMarks): void {
    for (const pid of this.holders.pids()) if (!followed.has(pid)) this.look(pid, 0, marks);
    for (const [pid, mark] of followed) if (this.isFresh(pid, mark)) this.look(pid, mark, marks);
  }

  /** Reads a process, and its threads that are known to have tables of their own. Those that hold sockets are followed. */
  private look(pid: number, mark: number, marks: ProcessMarks | undefined): void {
    const read = this.processes.read(pid, this.isWanted);
    if (read === undefined) {
      this.holders.remove(pid);
      this.lookAtKnownThreads(pid);
      this.leave(pid, mark, marks);
      return;
    }
    this.holders.put(read, this.startOf(pid, mark));
    if (mark > 0) for (const value of read.sockets) if (this.waiting.has(value)) this.inherited.add(value);
    if (mark === 0) marks?.follow(pid);
    this.marked.set(pid, mark);
    this.barren.delete(pid);
    this.lookAtKnownThreads(pid);
  }

  private lookAtKnownThreads(pid: number): void {
    if (this.holders.threadsOf(pid).length > 0) this.lookAtThreads(pid);
  }

  private lookAtThreads(pid: number): void {
    const gone = new Set(this.holders.threadsOf(pid));
    for (const thread of this.processes.threads(pid, this.isWanted)) {
      this.holders.put(thread);
      gone.delete(thread.tid ?? 0);
    }
    for (const tid of gone) this.holders.remove(pid, tid);
  }

  private isFresh(pid: number, mark: number | undefined): mark is number {
    return mark !== undefined && mark > 0 && mark !== this.marked.get(pid);
  }

  /** Undefined: it has neither forked nor executed since the last look; it may have another name. */
  private startOf(pid: number, mark = 0): Start | undefined {
    const sinceBootUs = Math.floor(mark);
    if (sinceBootUs === 0 || sinceBootUs === Math.floor(this.marked.get(pid) ?? 0)) return undefined;
    return { sinceBootUs, parent: this.processes.parentOf(pid) };
  }

  /** A process without sockets is left, but not at once: those that were just opened are in no dump yet. */
  private leave(pid: number, mark: number, marks: ProcessMarks | undefined): void {
    const times = (this.barren.get(pid) ?? 0) + 1;
    this.marked.delete(pid);
    if (mark > 0 && times < BARREN_TIMES) {
      this.barren.set(pid, times);
      return;
    }
    this.barren.delete(pid);
    marks?.leave(pid);
  }

  /** Looks for the owners of some sockets among few processes. */
  private searchFew(ripe: readonly number[], followed: ReadonlyMap<number, number> | undefined): void {
    const netns = new Set(ripe.map((inode) => this.placeOf.get(inode)?.netns ?? 0));
    const isNear = (pid: number) => netns.has(this.processes.netnsOf(pid) ?? 0);
    const pids = followed === undefined ? this.processes.pids().filter(isNear) : followed.keys();
    for (const pid of pids) {
      const read = this.processes.read(pid, this.isWanted);
      if (read === undefined) this.holders.remove(pid);
      else this.holders.put(read);
    }
    for (const inode of this.waiting.keys()) {
      if (followed === undefined && !netns.has(this.placeOf.get(inode)?.netns ?? 0)) continue;
      if (this.holders.isHeld(inode)) this.holders.touch(inode);
      else this.elsewhere.add(inode);
      this.waiting.delete(inode);
      this.inherited.delete(inode);
    }
  }

  private searchAll(marks: ProcessMarks | undefined): OwnerNews {
    const followed = marks?.read();
    this.all.use(() => {
      const gone = new Set(this.holders.pids());
      const pids = this.processes.pids();
      for (const pid of pids) {
        gone.delete(pid);
        const mark = followed?.get(pid);
        const read = this.processes.read(pid, this.isWanted);
        if (read === undefined) this.holders.remove(pid);
        else {
          this.holders.put(read, this.startOf(pid, mark));
          if (mark === undefined) marks?.follow(pid);
          else this.marked.set(pid, mark);
        }
      }
      for (const pid of gone) {
        this.holders.remove(pid);
        this.marked.delete(pid);
      }
      this.searchThreads(pids);
    });
    const nowMs = this.clocks.nowMs();
    this.nextRegularMs = Math.max(this.all.nextMs, nowMs + SEARCH_EVERY_MS);
    this.all.nextMs = Math.min(this.all.nextMs, nowMs + SEARCH_EVERY_MS);
    for (const inode of this.waiting.keys()) if (this.holders.isHeld(inode)) this.holders.touch(inode);
    this.waiting.clear();
    this.inherited.clear();
    this.elsewhere.clear();
    return { owners: this.news(this.stillUnheld()), all: true };
  }

  /** Threads may have tables of their own: they are looked for only where a socket has no owner, and looked at where they are known. */
  private searchThreads(pids: readonly number[]): void {
    const known = this.holders.threads().map(({ pid }) => pid);
    for (const pid of new Set(this.isComplete() ? known : [...pids, ...known])) this.lookAtThreads(pid);
  }

  private isComplete(): boolean {
    for (const inode of this.placeOf.keys()) if (!this.holders.isHeld(inode)) return false;
    return true;
  }

  /** Sockets that no process holds for the second time: the first time, the last one may just have closed it. */
  private stillUnheld(): number[] {
    const found: number[] = [];
    for (const [inode, times] of this.lost) {
      if (this.holders.isHeld(inode)) this.lost.delete(inode);
      else this.lost.set(inode, times + 1);
      if (times + 1 === UNHELD_TIMES) found.push(inode);
    }
    return found.filter((inode) => !this.holders.isHeld(inode));
  }

  /** What has changed, of the sockets whose owners are all known. */
  private news(unheld: readonly number[] = []): Map<number, readonly FoundOwner[]> {
    const news = new Map<number, readonly FoundOwner[]>(unheld.map((inode) => [inode, []]));
    for (const inode of this.holders.takeChanged()) {
      if (this.waiting.has(inode)) this.holders.touch(inode);
      else if (this.holders.isHeld(inode)) news.set(inode, this.holders.ownersOf(inode));
      else if (this.placeOf.has(inode)) {
        this.elsewhere.add(inode);
        if (!this.lost.has(inode)) this.lost.set(inode, 0);
      }
    }
    return news;
  }
}
