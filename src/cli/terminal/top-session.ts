/** `sstory top` on a terminal: the table is computed and drawn again every two seconds. */
import type Database from 'better-sqlite3';
import type { Condition } from '../../model/condition.js';
import type { Interval } from '../../model/interval.js';
import { parseTimeArgument } from '../../model/time-argument.js';
import { durationText, localTime } from '../../model/time-text.js';
import { NamespaceHistory } from '../../query/namespace-history.js';
import type { GroupKind } from '../../query/ranking/group-key.js';
import type { RankedGroup } from '../../query/ranking/group-total.js';
import { inRankOrder, RANK_ORDERS, type RankOrder } from '../../query/ranking/rank-order.js';
import { rankedGroups } from '../../query/ranking/ranking.js';
import { recordedSpan } from '../../query/span.js';
import { recorderHere } from '../../request/recorder-here.js';
import { rankingLines } from '../../view/ranking-lines.js';
import { cutToCells } from '../../view/terminal-cells.js';
import { notNow } from '../history/recorder-silence.js';
import { inkFor } from '../output/terminal-looks.js';
import { actionOf } from './keys.js';
import { Terminal } from './terminal.js';

export interface LiveTopOptions {
  readonly by: GroupKind;
  readonly sort: RankOrder;
  readonly since?: string;
  readonly lines?: number;
  readonly condition: Condition | undefined;
}

const REDRAW_MS = 2_000;
/** At most this share of the time is spent on the ranking. */
const RANKING_SHARE = 0.25;
const DEFAULT_SINCE = '-1m';
const ORDERS = Object.keys(RANK_ORDERS) as RankOrder[];
const FOOTER = 'q quit  o order  space pause';
/** Title, header and footer. */
const OTHER_LINES = 4;

/** Runs until the user quits; resolves with the exit code. */
export async function liveTop(database: Database.Database, options: LiveTopOptions): Promise<number> {
  const terminal = new Terminal(process.stdin, process.stdout);
  terminal.open();
  try {
    return await new TopSession(database, options, terminal).run();
  } finally {
    terminal.close();
  }
}

class TopSession {
  private readonly ink = inkFor(process.stdout);
  private readonly namespaces: NamespaceHistory;
  private order: RankOrder;
  private paused = false;
  private window: Interval = { fromUs: 0, toUs: 0 };
  private groups: readonly RankedGroup[] = [];

  constructor(
    private readonly database: Database.Database,
    private readonly options: LiveTopOptions,
    private readonly terminal: Terminal,
  ) {
    this.namespaces = new NamespaceHistory(database);
    this.order = options.sort;
  }

  async run(): Promise<number> {
    let tookMs = this.rank();
    for (;;) {
      this.draw();
      const events = await this.terminal.happened(
        this.paused ? undefined : Math.max(REDRAW_MS, tookMs / RANKING_SHARE),
      );
      for (const event of events) {
        if (event.kind === 'closed') return 0;
        if (event.kind === 'ended') return event.exitCode;
        if (event.kind === 'resized') this.terminal.clear();
        const exitCode = event.kind === 'key' ? this.take(event.key) : undefined;
        if (exitCode !== undefined) return exitCode;
      }
      if (events.length === 0) tookMs = this.rank();
    }
  }

  /** How long it took, milliseconds. */
  private rank(): number {
    const beganMs = performance.now();
    this.namespaces.refresh();
    this.window = this.windowNow();
    this.groups = rankedGroups(this.database, this.window, this.options.condition, this.options.by);
    return performance.now() - beganMs;
  }

  /** Up to the last recorded moment. A relative --since moves on with the time. */
  private windowNow(): Interval {
    const span = recordedSpan(this.database) ?? { fromUs: 0, toUs: 0 };
    const since = this.options.since ?? DEFAULT_SINCE;
    const { us } = parseTimeArgument(since, { nowUs: Date.now() * 1000, startUs: span.fromUs, endUs: span.toUs });
    return { fromUs: Math.min(Math.max(us, span.fromUs), span.toUs), toUs: span.toUs };
  }

  private draw(): void {
    const { width, height } = this.terminal.size;
    const groups = inRankOrder(this.groups, this.order);
    const room = Math.max(1, height - OTHER_LINES);
    const shown = groups.slice(0, Math.min(room, this.options.lines || room));
    const [header = '', ...rows] = rankingLines(shown, {
      kind: this.options.by,
      window: this.window,
      netnsName: ({ key }) =>
        typeof key === 'number' ? this.namespaces.nameDuring(key, this.window.fromUs, this.window.toUs) : undefined,
    });
    const more = shown.length < groups.length ? `  (${groups.length - shown.length} more rows)` : '';
    const cut = (line: string) => cutToCells(line, width);
    this.terminal.draw([
      this.ink.strong(cut(this.title())),
      this.ink.faint(cut(this.warning())),
      this.ink.inverse(cut(header)),
      ...rows.map(cut),
      ...Array.from({ length: room - rows.length }, () => ''),
      this.ink.faint(cut(`${FOOTER}${more}`)),
    ]);
  }

  private title(): string {
    const { fromUs, toUs } = this.window;
    const paused = this.paused ? '  PAUSED' : '';
    const past = durationText(Math.round((toUs - fromUs) / 1e6) * 1e6);
    return `sstory top  ${localTime(toUs).slice(0, -7)}  the last ${past}  order: ${this.order}${paused}`;
  }

  private warning(): string {
    const nowUs = Date.now() * 1000;
    return notNow(recorderHere(this.database, nowUs), nowUs) ?? '';
  }

  private take(key: Parameters<typeof actionOf>[0]): number | undefined {
    switch (actionOf(key)?.kind) {
      case 'quit':
        return 0;
      case 'interrupt':
        return 130;
      case 'suspend':
        this.terminal.suspend();
        return undefined;
      case 'redraw':
        this.terminal.clear();
        return undefined;
      case 'pause':
        this.paused = !this.paused;
        return undefined;
      case 'order':
        this.order = ORDERS[(ORDERS.indexOf(this.order) + 1) % ORDERS.length] ?? 'connects';
        return undefined;
      default:
        return undefined;
    }
  }
}
