/** Inode numbers of network namespaces that stood for several of them, one after the other. */

import type Database from 'better-sqlite3';
import type { Interval } from '../model/interval.js';
import { NamespaceHistory } from './namespace-history.js';

export class NetnsReuse {
  private changes: ReadonlyMap<number, readonly number[]> | undefined;

  constructor(
    database: Database.Database,
    private readonly namespaces = () => new NamespaceHistory(database),
  ) {}

  /** Which of the namespaces with this inode number was there at `us`: 0 for the first. */
  which(netns: number, us: number): number {
    return this.known.get(netns)?.filter((changeUs) => changeUs < us).length ?? 0;
  }

  /** The same text at two times where it was the same namespace. */
  identity(netns: number, us: number): string {
    return identityOf(netns, this.which(netns, us));
  }

  /** When the inode number stood for the namespace that it stood for at `us`: from the first microsecond to the last. */
  during(netns: number, us: number): Interval {
    const changes = this.known.get(netns) ?? [];
    return {
      fromUs: (changes.findLast((changeUs) => changeUs < us) ?? -1) + 1,
      toUs: changes.find((changeUs) => changeUs >= us) ?? Number.MAX_SAFE_INTEGER,
    };
  }

  /** `which` in SQL, on the columns netns and opened_us, with the parameter @changes: `json`. */
  get sql(): string {
    if (this.known.size === 0) return '0';
    return `(SELECT count(*) FROM json_each(json_extract(@changes, '$."' || netns || '"')) WHERE value < opened_us)`;
  }

  /** The times of the changes by inode number. */
  get json(): string {
    return JSON.stringify(Object.fromEntries(this.known));
  }

  private get known(): ReadonlyMap<number, readonly number[]> {
    this.changes ??= this.namespaces().changes();
    return this.changes;
  }
}

/** `identity` of what a statement with `sql` found. */
export function identityOf(netns: number, which: number): string {
  return `${netns} ${which}`;
}
