import type { Owner } from '../model/snapshot.js';
import { readOwners } from './owners.js';

/** A scan of /proc may take at most this share of the time. */
const SCAN_SHARE = 0.05;

/**
 * Decides when to look through /proc for the owners of sockets. The first snapshot needs all of them; later a socket is
 * worth it when it is still there in the snapshot after the one that found it (the opener is known from the probe).
 */
export class OwnerWatch {
  private known = new Map<number, string>();
  private waiting = new Set<number>();
  private first = true;
  private nextScanMs = 0;

  constructor(private readonly nowMs: () => number) {}

  /** Takes the inodes of all sockets of one round of snapshots; answers the owners that are new or others than before. */
  update(inodes: ReadonlySet<number>): Map<number, readonly Owner[]> {
    for (const inode of this.known.keys()) if (!inodes.has(inode)) this.known.delete(inode);
    const unknown = [...inodes].filter((inode) => inode !== 0 && !this.known.has(inode));
    const ripe = this.first ? unknown.length > 0 : unknown.some((inode) => this.waiting.has(inode));
    this.waiting = new Set(unknown);
    this.first = false;
    if (!ripe || this.nowMs() < this.nextScanMs) return new Map();
    return this.scan(inodes);
  }

  private scan(inodes: ReadonlySet<number>): Map<number, readonly Owner[]> {
    const startMs = this.nowMs();
    const owners = readOwners();
    this.nextScanMs = this.nowMs() + (this.nowMs() - startMs) / SCAN_SHARE;
    const found = new Map<number, readonly Owner[]>();
    for (const inode of inodes) {
      const list = owners.get(inode) ?? [];
      const signature = list.map((owner) => `${owner.pid} ${owner.fd}`).join(',');
      if (this.known.get(inode) !== signature && list.length > 0) found.set(inode, list);
      this.known.set(inode, signature);
    }
    return found;
  }
}
