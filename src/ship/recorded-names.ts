import type Database from 'better-sqlite3';
import { plainAddress } from '../model/address.js';

/** Names of one address that a row has. */
const MOST_NAMES = 8;
/** Records of one address that are looked at: a name is recorded again each time that it comes back. */
const MOST_RECORDS = 200;
/** Addresses that are remembered until `forget`. */
const MOST_ADDRESSES = 20_000;

interface NameRow {
  readonly name: string;
  readonly from_us: number;
}

/** The names of addresses, as they were recorded by some time. */
export class RecordedNames {
  private readonly known = new Map<string, readonly NameRow[]>();
  private readonly statement: Database.Statement;

  constructor(database: Database.Database) {
    this.statement = database.prepare(
      // `= +?`: see src/query/name-history.ts.
      `SELECT name, from_us FROM names WHERE address = +? ORDER BY from_us DESC, name LIMIT ${MOST_RECORDS}`,
    );
  }

  /** The names of an address that were recorded by `byUs`, most recent first. */
  of(address: string, byUs: number): string[] {
    const names = new Set<string>();
    for (const { name, from_us } of this.recordsOf(plainAddress(address))) {
      if (from_us <= byUs) names.add(name);
      if (names.size === MOST_NAMES) break;
    }
    return [...names];
  }

  /** What a recorder has added since is read from now on. */
  forget(): void {
    this.known.clear();
  }

  private recordsOf(address: string): readonly NameRow[] {
    let rows = this.known.get(address);
    if (rows === undefined) {
      rows = this.statement.all(address) as NameRow[];
      if (this.known.size < MOST_ADDRESSES) this.known.set(address, rows);
    }
    return rows;
  }
}
