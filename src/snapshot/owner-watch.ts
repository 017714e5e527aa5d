import type { Owner } from '../model/owner.js';
import type { InodeBook } from './change-memory.js';

/** Scans of /proc may use at most this share of a core: of one namespace's processes, and of all. */
const SCAN_SHARE = 0.005;
/** But the next one is never later than this, milliseconds. */
const LONGEST_WAIT_MS = 10_000;
/** After a pause as long as this, what is there is worth a scan at once. */
const LONG_PAUSE_MS = 1_500;

type Owners = ReadonlyMap<number, readonly Owner[]>;

/** Reads the owners of all sockets, or only those among the processes that live in some namespaces. */
export type ReadOwners = (living?: ReadonlySet<number>) => Owners;

export interface OwnerClocks {
  /** Milliseconds on a clock that only runs forward. */
  nowMs(): number;
  /** CPU time that this thread has used, milliseconds. */
  cpuMs(): number;
}

/** The sockets of one network namespace, each for its inode. */
interface Place {
  readonly netns: number;
}

/**
 * Decides when to look through /proc for the owners of sockets. The first snapshot needs all of them; later a socket is
 * worth it when it is still there in the snapshot after the one that found it (the opener is known from the probe), or when
 * the snapshot before was long ago. Then the processes of its own namespace are looked at; only where none of them holds it,
 * all are.
 */
export class OwnerWatch {
  private readonly places = new Map<number, Place>();
  private readonly placeOf = new Map<number, Place>();
  /** By socket inode, a checksum of its owners; 0 where a full scan found none. */
  private readonly known = new Map<number, number>();
  /** Inodes whose owners are unknown, with the round that found them. */
  private readonly waiting = new Map<number, number>();
  /** Inodes that no process of their own namespace holds. */
  private readonly elsewhere = new Set<number>();
  private round = 0;
  private lastLookMs = Number.NEGATIVE_INFINITY;
  private nextNearMs = 0;
  private nextFullMs = 0;

  constructor(
    private readonly read: ReadOwners,
    private readonly clocks: OwnerClocks,
  ) {}

  /** Takes note of the sockets of a network namespace that come and go. */
  bookOf(netns: number): InodeBook {
    let place = this.places.get(netns);
    if (place === undefined) {
      place = { netns };
      this.places.set(netns, place);
    }
    return { add: (inode) => this.add(inode, place), delete: (inode) => this.delete(inode) };
  }

  /** The network namespace is gone; its sockets were deleted from its book. */
  forget(netns: number): void {
    this.places.delete(netns);
  }

  /**
   * A round of snapshots is complete: answers the owners that are new or others than before, by inode. The last round is worth a
   * scan of everything, however long it takes.
   */
  update(last = false): Map<number, readonly Owner[]> {
    const nowMs = this.clocks.nowMs();
    const isRipeAtOnce = nowMs - this.lastLookMs >= LONG_PAUSE_MS;
    this.lastLookMs = nowMs;
    const round = this.round++;
    if (round === 0 || last) return this.scanAll();
    const near = new Set<number>();
    for (const [inode, since] of this.waiting) {
      const place = since < round || isRipeAtOnce ? this.placeOf.get(inode) : undefined;
      if (place !== undefined) near.add(place.netns);
    }
    if (near.size > 0 && nowMs >= this.nextNearMs) return this.scanNear(near);
    return this.elsewhere.size > 0 && nowMs >= this.nextFullMs ? this.scanAll() : new Map();
  }

  private add(inode: number, place: Place): void {
    this.placeOf.set(inode, place);
    this.waiting.set(inode, this.round);
  }

  private delete(inode: number): void {
    this.placeOf.delete(inode);
    this.known.delete(inode);
    this.waiting.delete(inode);
    this.elsewhere.delete(inode);
  }

  private scanNear(living: ReadonlySet<number>): Map<number, readonly Owner[]> {
    const { owners, nextMs } = this.scan(living);
    this.nextNearMs = nextMs;
    const isNear = (inode: number) => living.has(this.placeOf.get(inode)?.netns ?? 0);
    for (const inode of this.waiting.keys()) {
      if (owners.has(inode) || !isNear(inode)) continue;
      this.elsewhere.add(inode);
      this.waiting.delete(inode);
    }
    return this.changedOwners(owners, isNear);
  }

  private scanAll(): Map<number, readonly Owner[]> {
    if (this.placeOf.size === 0) return new Map();
    const { owners, nextMs } = this.scan();
    this.nextFullMs = nextMs;
    this.elsewhere.clear();
    for (const inode of this.waiting.keys()) if (!owners.has(inode)) this.known.set(inode, 0);
    this.waiting.clear();
    return this.changedOwners(owners, (inode) => this.placeOf.has(inode));
  }

  private scan(living?: ReadonlySet<number>): { readonly owners: Owners; readonly nextMs: number } {
    const startMs = this.clocks.cpuMs();
    const owners = this.read(living);
    const waitMs = (this.clocks.cpuMs() - startMs) / SCAN_SHARE;
    return { owners, nextMs: this.clocks.nowMs() + Math.min(waitMs, LONGEST_WAIT_MS) };
  }

  private changedOwners(owners: Owners, isMeant: (inode: number) => boolean): Map<number, readonly Owner[]> {
    const found = new Map<number, readonly Owner[]>();
    for (const [inode, list] of owners) {
      if (!isMeant(inode)) continue;
      const sum = checksum(list);
      if (this.known.get(inode) !== sum) found.set(inode, list);
      this.known.set(inode, sum);
      this.waiting.delete(inode);
    }
    return found;
  }
}

/** Of 30 bits: V8 keeps such a number without an object. */
function checksum(owners: readonly Owner[]): number {
  let sum = 1;
  for (const { pid, fd } of owners)
    sum = Math.imul(Math.imul(sum, 31) + pid, 0x9e3779b1) ^ Math.imul(fd + 1, 0x85ebca6b);
  return (sum & 0x3fffffff) | 1;
}
