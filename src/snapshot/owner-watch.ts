import type { Owner } from '../model/owner.js';

/** Scans of /proc may take at most this share of the time: of one namespace's processes, and of all. */
const SCAN_SHARE = 0.05;
/** After a pause as long as this, what is there is worth a scan at once. */
const LONG_PAUSE_MS = 1_500;

type Owners = ReadonlyMap<number, readonly Owner[]>;

/** Reads the owners of all sockets, or only those among the processes that live in some namespaces. */
export type ReadOwners = (living?: ReadonlySet<number>) => Owners;

/**
 * Decides when to look through /proc for the owners of sockets. The first snapshot needs all of them; later a socket is
 * worth it when it is still there in the snapshot after the one that found it (the opener is known from the probe), or when
 * the snapshot before was long ago. Then the processes of its own namespace are looked at; only where none of them holds it,
 * all are.
 */
export class OwnerWatch {
  /** Owners by socket inode, as a text to compare; empty where a full scan found none. */
  private known = new Map<number, string>();
  /** Unknown at the last snapshot. */
  private waiting = new Set<number>();
  /** Inodes that no process of their own namespace holds. */
  private elsewhere = new Set<number>();
  private first = true;
  private lastLookMs = Number.NEGATIVE_INFINITY;
  private nextNearMs = 0;
  private nextFullMs = 0;

  constructor(
    private readonly read: ReadOwners,
    private readonly nowMs: () => number,
  ) {}

  /**
   * Takes the sockets' inodes of one round of snapshots by namespace; answers the owners that are new or others than before.
   * The last round is worth a scan of everything, however long it takes.
   */
  update(inodes: ReadonlyMap<number, ReadonlySet<number>>, last = false): Map<number, readonly Owner[]> {
    const all = new Set([...inodes.values()].flatMap((each) => [...each]));
    all.delete(0);
    for (const inode of this.known.keys()) if (!all.has(inode)) this.known.delete(inode);
    for (const inode of this.elsewhere) if (!all.has(inode)) this.elsewhere.delete(inode);
    const wasWaiting = this.waiting;
    this.waiting = new Set([...all].filter((inode) => !this.known.has(inode) && !this.elsewhere.has(inode)));
    const ripe = this.nowMs() - this.lastLookMs >= LONG_PAUSE_MS ? this.waiting : wasWaiting;
    this.lastLookMs = this.nowMs();
    if (this.first || last) return this.scanAll(all);
    const near = [...inodes].filter(([, held]) => intersects(this.waiting, ripe, held)).map(([netns]) => netns);
    if (near.length > 0 && this.nowMs() >= this.nextNearMs) return this.scanNear(new Set(near), inodes);
    return this.elsewhere.size > 0 && this.nowMs() >= this.nextFullMs ? this.scanAll(all) : new Map();
  }

  private scanNear(
    living: ReadonlySet<number>,
    inodes: ReadonlyMap<number, ReadonlySet<number>>,
  ): Map<number, readonly Owner[]> {
    const startMs = this.nowMs();
    const owners = this.read(living);
    this.nextNearMs = this.nowMs() + (this.nowMs() - startMs) / SCAN_SHARE;
    const held = [...living].flatMap((netns) => [...(inodes.get(netns) ?? [])]);
    for (const inode of held) if (this.waiting.has(inode) && !owners.has(inode)) this.elsewhere.add(inode);
    return this.changedOwners(
      held.filter((inode) => owners.has(inode)),
      owners,
    );
  }

  private scanAll(all: ReadonlySet<number>): Map<number, readonly Owner[]> {
    const startMs = this.nowMs();
    const owners = all.size === 0 ? new Map() : this.read();
    this.nextFullMs = this.nowMs() + (this.nowMs() - startMs) / SCAN_SHARE;
    this.first = false;
    this.elsewhere.clear();
    return this.changedOwners(all, owners);
  }

  private changedOwners(inodes: Iterable<number>, owners: Owners): Map<number, readonly Owner[]> {
    const found = new Map<number, readonly Owner[]>();
    for (const inode of inodes) {
      const list = owners.get(inode) ?? [];
      const signature = list.map((owner) => `${owner.pid} ${owner.fd}`).join(',');
      if (this.known.get(inode) !== signature && list.length > 0) found.set(inode, list);
      this.known.set(inode, signature);
      this.waiting.delete(inode);
    }
    return found;
  }
}

/** Whether an inode is in all three. */
function intersects(one: ReadonlySet<number>, two: ReadonlySet<number>, three: ReadonlySet<number>): boolean {
  for (const inode of one) if (two.has(inode) && three.has(inode)) return true;
  return false;
}
