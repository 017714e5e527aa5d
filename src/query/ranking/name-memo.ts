import type Database from 'better-sqlite3';
import { plainAddress } from '../../model/address.js';
import { NameHistory } from '../name-history.js';
import { NetnsReuse } from '../netns-reuse.js';

/** Of an address in a network namespace: when the answer can change, in order, and the answers between those times. */
interface Known {
  readonly changesUs: Float64Array;
  readonly names: Map<number, string | undefined>;
}

/** Which name an address had at a time, for many connections: it is looked up once between two changes of the names. */
export class NameMemo {
  private readonly history: NameHistory;
  private readonly reuse: NetnsReuse;
  private readonly known = new Map<string, Known>();
  private readonly changes: Database.Statement<[string, string], number>;

  constructor(database: Database.Database) {
    this.reuse = new NetnsReuse(database);
    this.history = new NameHistory(database, this.reuse);
    // `= +?`: see name-history.ts.
    this.changes = database
      .prepare<[string, string], number>(
        'SELECT from_us FROM names WHERE address = +? UNION SELECT to_us FROM names WHERE address = +? AND to_us IS NOT NULL ORDER BY 1',
      )
      .pluck();
  }

  /** The name that the namespace had seen; otherwise the one that any of them had. */
  nameAt(address: string, us: number, netns: number): string | undefined {
    const plain = plainAddress(address);
    const { changesUs, names } = this.of(plain, netns, us);
    const place = countUpTo(changesUs, us);
    if (names.has(place)) return names.get(place);
    const found = this.history.nameAt(plain, us, netns) ?? this.history.nameAt(plain, us);
    names.set(place, found?.name);
    return found?.name;
  }

  private of(address: string, netns: number, us: number): Known {
    const key = `${this.reuse.identity(netns, us)} ${address}`;
    let known = this.known.get(key);
    if (known === undefined) {
      known = { changesUs: Float64Array.from(this.changes.all(address, address)), names: new Map() };
      this.known.set(key, known);
    }
    return known;
  }
}

/** How many of the sorted times are at or before `us`. */
function countUpTo(times: Float64Array, us: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) <= us) low = middle + 1;
    else high = middle;
  }
  return low;
}
