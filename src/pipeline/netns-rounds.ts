import type { MissingNetns, NetnsRound } from '../model/snapshot.js';
import type { Ledger } from './ledger.js';
import type { TrackedSocket } from './tracked-socket.js';

/** So many ways into a namespace are enough: a process may have closed its socket meanwhile. */
const MOST_HOLDERS = 3;

/**
 * What rounds of snapshots do not find: a namespace that lived too short for one, or one that is kept alive by its sockets alone and cannot
 * be entered. A full socket keeps its namespace alive (sk_net_refcnt); a TIME-WAIT and a half-open request end with it, without an
 * event.
 */
export class NetnsRounds {
  private missing: ReadonlyMap<number, MissingNetns> = new Map();
  /** False: namespaces may exist that are not looked for, or cannot be found. */
  areTaken = false;

  constructor(private readonly ledger: Ledger) {}

  /** The namespaces that the last round did not find, and in which sockets are open by what is known. */
  get notFound(): readonly MissingNetns[] {
    return [...this.missing.values()];
  }

  /**
   * Namespaces that two rounds have not found: `ended`, with what is left in them, or `left` with open sockets that no dump shows. The first
   * of the two may have used a list of namespaces that was made before. A socket that was opened meanwhile may be of a newer one with the same
   * inode number: that is looked for, too.
   */
  apply({ found, unsure }: NetnsRound): { readonly ended: readonly number[]; readonly left: readonly number[] } {
    this.areTaken = true;
    const missing = new Map<number, MissingNetns>();
    const [ended, left]: [number[], number[]] = [[], []];
    for (const [netns, sockets] of this.ledger.table.namespaces()) {
      if (found.has(netns)) continue;
      const full = [...sockets].filter(isFull);
      const { newestBootUs } = sockets;
      missing.set(netns, { netns, holders: full.flatMap(holderOf).slice(0, MOST_HOLDERS), newestBootUs });
      const wasLookedFor = this.missing.get(netns)?.newestBootUs === newestBootUs && !unsure.has(netns);
      if (wasLookedFor) (full.length === 0 ? ended : left).push(netns);
    }
    this.missing = missing;
    return { ended, left };
  }
}

/** Neither a timewait socket nor a half-open request: it keeps its namespace alive. */
function isFull({ timewait, state, destroyedBootUs }: TrackedSocket): boolean {
  return !timewait && state !== 'NEW-SYN-RECV' && destroyedBootUs === undefined;
}

function holderOf({ pid, tid, fd }: TrackedSocket): MissingNetns['holders'][number][] {
  return pid === undefined || fd === undefined ? [] : [{ pid, tid: tid ?? pid, fd }];
}
