import type Database from 'better-sqlite3';
import { Pruner } from '../store/pruner.js';
import { isTemporary } from '../store/store-error.js';
import type { Say } from './say.js';

/** Time that pruning may take after a commit, milliseconds; a transaction that begins within it may end later. */
const BUDGET_MS = 15;
/** The same after a commit of a quiet host: there are few of them then. */
const QUIET_BUDGET_MS = 20;
/** Connections changed in a commit of a quiet host, at most. */
const QUIET = 100;
/** After each such time in which pruning was never complete it may take once more of that, microseconds: on a busy host it falls behind. */
const LATE_US = 5_000_000;
const MOST_BUDGETS = 6;
/** How often to check whether there is something to prune, microseconds. */
const REST_US = 1_000_000;
/** 16 MiB of free pages stay for what is recorded next: giving them back only to allocate them again would be wasted work. */
const SPARE_PAGES = 4_096;

/** The values of --retain and --max-size. */
export interface BoundsOptions {
  /** Microseconds. */
  readonly retain?: number;
  /** Bytes. */
  readonly maxSize?: number;
}

/** Time that pruning may take after a commit that changed so many connections, milliseconds. `lateUs`: since it was last complete. */
export function pruningBudgetMs(changed: number, lateUs: number): number {
  const budgetMs = changed > QUIET ? BUDGET_MS : QUIET_BUDGET_MS;
  return budgetMs * Math.min(MOST_BUDGETS, 1 + Math.floor(Math.max(0, lateUs) / LATE_US));
}

/** Keeps a database within bounds while it is recorded into: after a commit, a little at a time. */
export class KeptBounds {
  private restUntilUs = 0;
  private completeUs: number | undefined;
  private complained = false;

  private constructor(
    private readonly pruner: Pruner,
    private readonly say: Say,
  ) {}

  /** Undefined where neither bound was given. */
  static of(database: Database.Database, bounds: BoundsOptions, say: Say): KeptBounds | undefined {
    const { retain, maxSize } = bounds;
    if (retain === undefined && maxSize === undefined) return undefined;
    const options = { retainUs: retain, maxBytes: maxSize, sparePages: SPARE_PAGES, repeated: true };
    return new KeptBounds(new Pruner(database, options), say);
  }

  /** To be called after a commit, with the number of connections it changed. */
  keep(nowUs: number, changed: number): void {
    if (nowUs < this.restUntilUs) return;
    this.completeUs ??= nowUs;
    if (!this.prune(nowUs, pruningBudgetMs(changed, nowUs - this.completeUs))) return;
    this.completeUs = nowUs;
    this.restUntilUs = nowUs + REST_US;
    if (this.complained || !this.pruner.cannotShrink) return;
    this.complained = true;
    this.say(
      'the database is larger than --max-size, but no closed connections are left to delete: open connections are kept',
      'warning',
    );
  }

  /** True when nothing is left to do, or nothing can be done now: recording does not fail for it. */
  private prune(nowUs: number, budgetMs: number): boolean {
    try {
      return this.pruner.work(nowUs, budgetMs);
    } catch (error) {
      if (isTemporary(error)) return true;
      throw error;
    }
  }
}
