/** Inode numbers of network namespaces that stood for several of them, one after the other. */
import type { NamespaceHistory } from '../query/namespace-history.js';

export class NetnsReuse {
  private changes: ReadonlyMap<number, readonly number[]> | undefined;

  constructor(private readonly namespaces: () => NamespaceHistory) {}

  /** Which of the namespaces with this inode number was there at `us`: 0 for the first. */
  which(netns: number, us: number): number {
    return this.known.get(netns)?.filter((changeUs) => changeUs < us).length ?? 0;
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
