/** Which network namespace an inode number stood for, and which name that had, over time. */
import type Database from 'better-sqlite3';
import type { NamespaceRecord, NetnsPeriod } from '../model/namespace.js';
import { plainRows } from '../store/history-tables.js';

const ALWAYS_US = Number.MAX_SAFE_INTEGER;

/**
 * The table `namespaces`, read once. A namespace is noticed by a snapshot, some time after it was made: until then its inode number
 * stands for what was noticed next.
 */
export class NamespaceHistory {
  private records: ReadonlyMap<number, readonly NamespaceRecord[]> = new Map();
  private version: string | undefined;

  constructor(private readonly database: Database.Database) {
    this.refresh();
  }

  /** Reads again what a recorder adds. Returns whether it has added something. */
  refresh(): boolean {
    const version = this.database
      .prepare<[], string>("SELECT count(*) || ' ' || count(to_us) || ' ' || coalesce(max(from_us), 0) FROM namespaces")
      .pluck()
      .get();
    if (version === this.version) return false;
    this.version = version;
    const records = new Map<number, NamespaceRecord[]>();
    for (const record of plainRows(this.database, 'namespace', '1 ORDER BY netns, from_us')) {
      const known = records.get(record.netns);
      if (known === undefined) records.set(record.netns, [record]);
      else known.push(record);
    }
    this.records = records;
    return true;
  }

  /** The name at a time. */
  nameAt(netns: number, us: number): string | undefined {
    return this.recordAt(netns, us)?.name;
  }

  /** The last name from one time to another, as the view `connections` has it. */
  nameDuring(netns: number, fromUs: number, toUs = ALWAYS_US): string | undefined {
    const later = (this.records.get(netns) ?? []).filter((record) => (record.toUs ?? ALWAYS_US) >= fromUs);
    const within = later.filter((record) => record.fromUs < toUs);
    return within.length === 0 ? later[0]?.name : within.findLast(({ name }) => name !== undefined)?.name;
  }

  /** Whether several namespaces are recorded. */
  get isPlural(): boolean {
    return this.records.size > 1;
  }

  /** All names that were ever recorded, in alphabetical order. */
  names(): string[] {
    return [...new Set([...this.records.values()].flat().flatMap(({ name }) => name ?? []))].sort();
  }

  /** The namespaces that had a name, and when; empty: none ever had it. */
  named(name: string): NetnsPeriod[] {
    return this.periods((record) => record.name === name);
  }

  /** The times at which an inode number stood for the namespace that it stands for at `us`. */
  identityAt(netns: number, us: number): NetnsPeriod[] {
    const ofInode = this.records.get(netns) ?? [];
    const now = this.recordAt(netns, us) ?? ofInode.at(-1);
    if (now === undefined) return [];
    const same = new Set([now]);
    const at = ofInode.indexOf(now);
    for (let index = at; isSame(ofInode[index - 1], ofInode[index]); index--) same.add(ofInode[index - 1] ?? now);
    for (let index = at; isSame(ofInode[index], ofInode[index + 1]); index++) same.add(ofInode[index + 1] ?? now);
    return this.periods((record) => same.has(record));
  }

  /** When inode numbers that stood for several namespaces stood for the next one: the end of the one before, oldest first. */
  changes(): ReadonlyMap<number, readonly number[]> {
    const changes = new Map<number, number[]>();
    for (const [netns, ofInode] of this.records) {
      const ends = ofInode.flatMap((record, index) =>
        index + 1 < ofInode.length && !isSame(record, ofInode[index + 1]) ? [record.toUs ?? ALWAYS_US] : [],
      );
      if (ends.length > 0) changes.set(netns, ends);
    }
    return changes;
  }

  /** The first record of the inode number that had not ended. */
  private recordAt(netns: number, us: number): NamespaceRecord | undefined {
    const ofInode = this.records.get(netns) ?? [];
    let [low, high] = [0, ofInode.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ofInode[middle]?.toUs ?? ALWAYS_US) >= us) high = middle;
      else low = middle + 1;
    }
    return ofInode[low];
  }

  private periods(isWanted: (record: NamespaceRecord) => boolean): NetnsPeriod[] {
    return [...this.records.values()].flatMap((ofInode) =>
      ofInode.flatMap((record, index) =>
        isWanted(record) ? [{ netns: record.netns, fromUs: ofInode[index - 1]?.toUs, toUs: record.toUs }] : [],
      ),
    );
  }
}

/** Whether a record is about the same namespace as the next one of the inode number. Without cookies: if nothing lies between them. */
function isSame(one: NamespaceRecord | undefined, next: NamespaceRecord | undefined): boolean {
  if (one === undefined || next === undefined || one.netCookie !== next.netCookie) return false;
  return one.netCookie !== undefined || one.toUs === next.fromUs;
}
