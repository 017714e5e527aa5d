import type Database from 'better-sqlite3';
import type { NamespaceRecord } from '../model/namespace.js';
import { plainRows } from './history-tables.js';

/** The table `namespaces`. */
export class NamespaceTable {
  private readonly put: Database.Statement;

  constructor(private readonly database: Database.Database) {
    this.put = database.prepare(
      'INSERT OR REPLACE INTO namespaces (netns, from_us, to_us, net_cookie, name) VALUES (?, ?, ?, ?, ?)',
    );
  }

  write({ netns, fromUs, toUs, netCookie, name }: NamespaceRecord): void {
    this.put.run(netns, fromUs, toUs ?? null, netCookie ?? null, name ?? null);
  }

  /** Those that exist, as far as the database knows. */
  open(): NamespaceRecord[] {
    return [...plainRows(this.database, 'namespace', 'to_us IS NULL')];
  }
}
