import type Database from 'better-sqlite3';
import type { Connection } from '../../model/connection.js';
import { SstoryError } from '../../model/error.js';
import { mayLackTransitions } from '../../model/gap.js';
import { localTime } from '../../model/time-text.js';
import { connectionById, connectionTest } from '../../query/connection-by-id.js';
import { Follower } from '../../query/follow.js';
import type { HistoryFilter } from '../../query/history-filter.js';
import { Places } from '../../query/places.js';
import { socketsAt } from '../../query/point-in-time.js';
import { isStalled, type RecorderLife } from '../../query/recorder-life.js';
import { ReplayTable, type TableRow } from '../../query/replay/replay-table.js';
import type { LogEntry } from '../../query/transition-log.js';
import { recorderHere } from '../../request/recorder-here.js';
import { gapWarning } from '../../view/gap-text.js';
import type { SocketScreen } from '../../view/socket-screen.js';
import { notNow } from '../history/recorder-silence.js';
import { entryLines } from '../output/log-entry-line.js';
import { type Action, LIVE_HELP } from './keys.js';
import { RecentEntries } from './recent-entries.js';
import { recordedRows } from './recorded-rows.js';
import type { TableSession } from './table-loop.js';
import { TableScroll } from './table-scroll.js';

/** How often the database is polled, milliseconds: the recorder commits five times a second. */
const POLL_MS = 100;
const MARKED_MS = 1_500;
/** How long a loss is shown, milliseconds. */
const WARNED_MS = 10_000;
const RECORDER_CHECK_MS = 1_000;

/** The table of a database that is being recorded into, kept up to date by what each commit adds. */
export class LiveSession implements TableSession {
  readonly canJump = false;
  readonly help = LIVE_HELP;
  readonly footer = '? help  q quit  space pause  o order  up down scroll';
  private readonly table: ReplayTable;
  private readonly scroll = new TableScroll();
  private readonly places: Places;
  private readonly matches: (connectionId: number) => boolean;
  private follower: Follower;
  private readonly recent: RecentEntries;
  private positionUs: number;
  private paused = false;
  private loss: { readonly text: string; readonly untilMs: number } | undefined;
  private life: RecorderLife;
  private lifeMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly database: Database.Database,
    private readonly filter: HistoryFilter | undefined,
    private readonly clockUs: () => number,
  ) {
    this.places = new Places(database);
    this.table = new ReplayTable(filter?.states);
    this.recent = new RecentEntries(filter?.states);
    this.matches = connectionTest(database, filter?.condition);
    this.positionUs = clockUs();
    this.life = recorderHere(database, this.positionUs);
    this.follower = this.start();
  }

  get restMs(): number | undefined {
    return this.paused ? undefined : POLL_MS;
  }

  act(action: Action, _nowMs: number): void {
    if (this.scroll.act(action)) return;
    if (action.kind === 'pause') this.paused = !this.paused;
    else throw new SstoryError('only-now', 'live shows the present: sstory replay shows other times');
  }

  jump(): void {
    throw new SstoryError('only-now', 'live shows the present: sstory replay shows other times');
  }

  advance(nowMs: number): void {
    if (this.paused) return;
    this.positionUs = this.nowUs();
    this.table.forgetMarks(nowMs, MARKED_MS);
    const { entries, missed } = this.follower.poll();
    if (entries.length > 0) this.places.namespaces.refresh();
    if (missed) {
      // It was paused, or suspended, for longer than the list of changes covers.
      this.follower = this.start();
    } else for (const entry of entries) this.take(entry, nowMs);
    if (nowMs - this.lifeMs < RECORDER_CHECK_MS) return;
    this.lifeMs = nowMs;
    this.life = recorderHere(this.database, this.clockUs());
  }

  screen(
    room: { readonly rows: number; readonly recent: number },
    nowMs: number,
  ): Omit<SocketScreen, 'footer' | 'help'> {
    const shown = this.table.shown(this.scroll.order);
    const { rows, firstRow } = this.scroll.part(shown, room.rows);
    const time = localTime(this.positionUs).slice(0, -7);
    return {
      title: `sstory live  ${time}  ${this.paused ? 'PAUSED' : this.hasEnded ? 'ENDED' : 'live'}`,
      progress: undefined,
      counts: this.table.counts(),
      warning: this.warning(nowMs),
      rows: recordedRows(
        this.database,
        this.table,
        rows.map((row) => this.readAgain(row)),
        this.positionUs,
        false,
      ),
      firstRow,
      rowCount: shown.length,
      recent: this.recent.last(room.recent).map(entryLines(false, this.places)),
    };
  }

  /** An owner is often found after its socket, and a commit lists only connections with new steps. */
  private readAgain(row: TableRow): TableRow {
    const connection = connectionById(this.database, row.connection.id);
    return connection === undefined ? row : this.table.refresh(row, connection);
  }

  /** Loads what is in the database now. The follower is made first, so that no change is missed in between. */
  private start(): Follower {
    const follower = new Follower(this.database);
    const { filter } = this;
    this.table.reset(
      socketsAt(this.database, this.clockUs(), filter === undefined ? {} : { condition: filter.condition }),
    );
    return follower;
  }

  /** Now, or the end of what is recorded. */
  private nowUs(): number {
    const nowUs = this.clockUs();
    if (this.life.kind === 'none' || this.life.kind === 'running') return nowUs;
    return Math.min(nowUs, this.life.run.endedUs ?? this.life.run.lastUs);
  }

  private get hasEnded(): boolean {
    return this.life.kind !== 'running' && !isStalled(this.life);
  }

  private take(entry: LogEntry<Connection>, nowMs: number): void {
    if (entry.kind === 'gap') {
      const { gap } = entry;
      if (mayLackTransitions(gap)) this.loss = { text: gapWarning(gap), untilMs: nowMs + WARNED_MS };
    } else {
      if (!this.matches(entry.connection.id)) return;
      this.table.apply(entry.connection, entry.step, nowMs);
    }
    this.recent.add(entry);
  }

  private warning(nowMs: number): string | undefined {
    const warning = notNow(this.life, this.clockUs());
    if (warning !== undefined) return warning;
    return this.loss !== undefined && nowMs < this.loss.untilMs ? this.loss.text : undefined;
  }
}
