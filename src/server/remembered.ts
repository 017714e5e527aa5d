import type Database from 'better-sqlite3';

/** What costs a look at the whole history may be so old while it is being recorded, milliseconds. */
export const STALE_MS = 30_000;
const MOST_VALUES = 64;

interface Value {
  readonly value: unknown;
  readonly version: number;
  readonly madeMs: number;
}

/** Values that take long to count, kept while the database is the same, and for a while when it is not. */
export class Remembered {
  private readonly values = new Map<string, Value>();

  constructor(private readonly database: Database.Database) {}

  /** The value of a key; made where it is not known, or too old. */
  of<T>(key: string, make: () => T): T {
    const version = dataVersion(this.database);
    const known = this.values.get(key);
    if (known !== undefined && (known.version === version || performance.now() - known.madeMs < STALE_MS))
      return known.value as T;
    const value = make();
    this.values.delete(key);
    this.values.set(key, { value, version, madeMs: performance.now() });
    for (const [oldest] of this.values) {
      if (this.values.size <= MOST_VALUES) break;
      this.values.delete(oldest);
    }
    return value;
  }
}

/** Of SQLite: another one after each commit of another connection. */
export function dataVersion(database: Database.Database): number {
  return Number(database.pragma('data_version', { simple: true }));
}
