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

  constructor(private readonly database: Database.Database) {
    this.refresh();
  }

  /** Reads again what a recorder adds. */
  refresh(): void {
    const records = new Map<number, NamespaceRecord[]>();
    for (const record of plainRows(this.database, 'namespace', '1 ORDER BY netns, from_us')) {
      const known = records.get(record.netns);
      if (known === undefined) records.set(record.netns, [record]);
      else known.push(record);
    }
    this.records = records;
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
    const now = this.recordAt(netns, us);
    if (now === undefined) return [];
    return this.periods((record) => record.netns === netns && isSame(record, now));
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

function isSame(one: NamespaceRecord, other: NamespaceRecord): boolean {
  return one === other || (one.netCookie !== undefined && one.netCookie === other.netCookie);
}
