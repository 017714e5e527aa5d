/** The lanes of one question, as far as they were loaded: pages of rows, of all connections or of each expanded group. */
import type { GapMark, Lane, LaneAnswer, LaneGroup } from '../../server/contract.js';
import { address, getJson, type Parameters } from '../api.js';
import type { Drawn } from './drawn-row.js';
import type { LanePlace, Row } from './row-layout.js';
import { keptOrder } from './row-order.js';

export const PAGE_ROWS = 100;
/** Heat rows are cheap to show, but each has a pixel row to be computed. */
const MOST_GROUPS = 1_000;

/** What is asked: all of it is in each request. */
export interface Question {
  readonly fromUs: number;
  readonly toUs: number;
  readonly width: number;
  readonly filter: string;
  readonly group: string;
  readonly sort: string;
}

export class LanePages {
  readonly of: Drawn;
  total = 0;
  groups: readonly LaneGroup[] | undefined;
  /** Shown or not. */
  groupsTotal = 0;
  gaps: readonly GapMark[] = [];
  notes: readonly string[] = [];
  private readonly pages = new Map<string, readonly Lane[]>();
  private readonly loading = new Set<string>();
  /** Rows of an earlier answer that stand in this one, with what their pixels mean. */
  private readonly kept = new Map<Lane | LaneGroup, Drawn>();
  private readonly abort = new AbortController();

  constructor(readonly question: Question) {
    this.of = question;
  }

  /** The lane of a row, if it was loaded. */
  laneOf(row: Row | undefined): Lane | undefined {
    if (row?.kind !== 'lane') return undefined;
    const page = this.pages.get(pageKey(row.within, Math.floor(row.index / PAGE_ROWS)));
    return page?.[row.index % PAGE_ROWS];
  }

  /** Where a connection stands, in these rows or by the server; undefined: it is not among them. */
  async placeOf(id: number): Promise<LanePlace | undefined> {
    for (const [key, lanes] of this.pages) {
      const index = lanes.findIndex(({ connection_id }) => connection_id === id);
      if (index >= 0) return placeOfKey(key, index);
    }
    const { place } = await this.ask({ find: id, limit: 0 });
    return place === null ? undefined : { within: place.within ?? undefined, index: place.index };
  }

  /** What the pixels of a lane or a group mean. */
  drawnOf(row: Lane | LaneGroup): Drawn {
    return this.kept.get(row) ?? this.of;
  }

  /**
   * Puts the lanes where they stand in an earlier answer, so that none moves below the pointer. Those that are not in this answer
   * stay as they were.
   * @returns how many lanes of this answer are left out
   */
  keepOrderOf(earlier: LanePages): number {
    let left = 0;
    for (const [key, lanes] of this.pages) {
      const before = earlier.pages.get(key);
      if (before === undefined) continue;
      const order = keptOrder(before, lanes, ({ connection_id: id }) => id, PAGE_ROWS);
      for (const lane of order.stale) this.kept.set(lane, earlier.drawnOf(lane));
      left += order.left;
      this.pages.set(key, order.rows);
    }
    if (this.groups === undefined || earlier.groups === undefined) return left;
    const order = keptOrder(earlier.groups, this.groups, ({ key }) => key, MOST_GROUPS);
    for (const group of order.stale) this.kept.set(group, earlier.drawnOf(group));
    this.groups = order.rows;
    return left;
  }

  /** Loads the totals, and the groups where it is grouped. */
  async start(): Promise<void> {
    if (this.question.group === 'none') await this.load(undefined, 0);
    else this.take(await this.ask({ limit: MOST_GROUPS }), undefined);
  }

  /** Loads the pages of rows that are not here yet, each once. @returns whether there were any */
  async loadRows(rows: readonly (Row | undefined)[]): Promise<boolean> {
    const wanted = new Map<string, () => Promise<void>>();
    for (const row of rows) {
      if (row?.kind !== 'lane') continue;
      const page = Math.floor(row.index / PAGE_ROWS);
      const key = pageKey(row.within, page);
      if (!this.pages.has(key) && !this.loading.has(key)) wanted.set(key, () => this.load(row.within, page));
    }
    await Promise.all([...wanted.values()].map((load) => load()));
    return wanted.size > 0;
  }

  /** Ends the requests; what was loaded stays. */
  end(): void {
    this.abort.abort();
  }

  get isEnded(): boolean {
    return this.abort.signal.aborted;
  }

  private async load(within: string | undefined, page: number): Promise<void> {
    const key = pageKey(within, page);
    if (this.pages.has(key)) return;
    this.loading.add(key);
    try {
      const answer = await this.ask({ within, offset: page * PAGE_ROWS, limit: PAGE_ROWS });
      this.pages.set(key, answer.lanes);
      this.take(answer, within);
    } finally {
      this.loading.delete(key);
    }
  }

  private ask(part: Parameters): Promise<LaneAnswer> {
    const { fromUs, toUs, width, filter, group, sort } = this.question;
    const asked = address('timeline', { from: fromUs, to: toUs, width, filter, group, sort, ...part });
    // The group of those without a value has an empty key.
    const url = part['within'] === '' ? `${asked}&within=` : asked;
    return getJson<LaneAnswer>(url, this.abort.signal);
  }

  private take(answer: LaneAnswer, within: string | undefined): void {
    this.gaps = answer.gaps;
    this.notes = answer.notes;
    if (within !== undefined) return;
    this.total = answer.total;
    this.groupsTotal = answer.groups_total;
    if (this.question.group !== 'none') this.groups = answer.groups;
  }
}

function pageKey(within: string | undefined, page: number): string {
  return within === undefined ? `${page}` : `${page} ${within}`;
}

/** Of the lane at `index` of a page. */
function placeOfKey(key: string, index: number): LanePlace {
  const blank = key.indexOf(' ');
  const page = Number(blank < 0 ? key : key.slice(0, blank));
  return { within: blank < 0 ? undefined : key.slice(blank + 1), index: page * PAGE_ROWS + index };
}
