import type Database from 'better-sqlite3';
import type { Connection } from '../../model/connection.js';
import { SstoryError } from '../../model/error.js';
import { mayLackTransitions } from '../../model/gap.js';
import type { Interval } from '../../model/interval.js';
import { durationText, localTime } from '../../model/time-text.js';
import { GapIndex } from '../../query/gap-index.js';
import { gapsTouching } from '../../query/gaps.js';
import type { HistoryFilter } from '../../query/history-filter.js';
import { Places } from '../../query/places.js';
import { socketsAt } from '../../query/point-in-time.js';
import { jumpTarget } from '../../query/replay/jump.js';
import { Playback } from '../../query/replay/playback.js';
import { ReplayTable } from '../../query/replay/replay-table.js';
import { neighbourSampleUs } from '../../query/replay/sample-times.js';
import { otherSpeed, type Speed, speedText } from '../../query/replay/speed.js';
import { Tape } from '../../query/replay/tape.js';
import type { LogEntry } from '../../query/transition-log.js';
import { gapWarning } from '../../view/gap-text.js';
import type { SocketScreen } from '../../view/socket-screen.js';
import { entryLines } from '../output/log-entry-line.js';
import { type Action, type Direction, REPLAY_HELP } from './keys.js';
import { RecentEntries } from './recent-entries.js';
import { recordedRows } from './recorded-rows.js';
import type { TableSession } from './table-loop.js';
import { TableScroll } from './table-scroll.js';

export interface ReplayOptions {
  /** Where it begins. */
  readonly fromUs: number;
  /** Where it ends. */
  readonly toUs: number;
  /** What is recorded: the user can go back to times before `fromUs`. */
  readonly span: Interval;
  readonly filter: HistoryFilter | undefined;
  readonly speed: Speed;
  readonly paused: boolean;
}

/** How long a change is highlighted, milliseconds. */
const MARKED_MS = 1_500;
const FRAME_MS = 50;
/** Reading takes at most this long between two drawings. */
const READING_MS = 40;
/** If `advance` was not called for longer than this, the process was suspended: recorded time does not advance then. */
const LONGEST_FRAME_MS = 1_000;
/** Entries between two checks of the clock. */
const ENTRIES_PER_CHECK = 512;

/** A replay: the table at a recorded time, the tape of transitions, and what the keys do to both. */
export class ReplaySession implements TableSession {
  readonly canJump = true;
  readonly help = REPLAY_HELP;
  readonly footer = '? help  q quit  space pause  , . step  T t sample  j go to  - + speed  o order';
  private readonly table: ReplayTable;
  private readonly tape: Tape;
  private readonly gaps: GapIndex;
  private readonly playback: Playback;
  private readonly scroll = new TableScroll();
  private readonly places: Places;
  private readonly startUs: number;
  private readonly recent: RecentEntries;
  private positionUs: number;
  private atEnd = false;
  private advancedMs: number;
  /** The connection of the last step, until it is drawn. */
  private steppedTo: number | undefined;

  constructor(
    private readonly database: Database.Database,
    private readonly options: ReplayOptions,
    nowMs: number,
  ) {
    const { fromUs, toUs, span, filter, speed, paused } = options;
    this.places = new Places(database);
    this.startUs = Math.min(fromUs, span.fromUs);
    this.table = new ReplayTable(filter?.states);
    this.recent = new RecentEntries(filter?.states);
    this.tape = new Tape(database, this.startUs, toUs, filter?.condition);
    this.gaps = new GapIndex(gapsTouching(database, this.startUs, toUs));
    this.playback = new Playback(fromUs, nowMs, speed, paused);
    this.positionUs = fromUs;
    this.advancedMs = nowMs;
    this.goTo(fromUs, nowMs);
  }

  get restMs(): number | undefined {
    if (this.playback.paused) return undefined;
    if (this.atEnd) return this.table.hasMarks ? FRAME_MS : undefined;
    return this.playback.speed === Number.POSITIVE_INFINITY ? 0 : FRAME_MS;
  }

  act(action: Action, nowMs: number): void {
    if (this.scroll.act(action)) return;
    if (action.kind === 'pause') this.stopOrGo(nowMs);
    else if (action.kind === 'start') this.goTo(this.startUs, nowMs);
    else if (action.kind === 'end') this.goTo(this.options.toUs, nowMs);
    else if (action.kind === 'speed') {
      this.playback.setSpeed(otherSpeed(this.playback.speed, action.direction), this.positionUs, nowMs);
    } else if (action.kind === 'sample') this.goToSample(action.direction, nowMs);
    else if (action.kind === 'step') {
      this.playback.setPaused(true, this.positionUs, nowMs);
      if (action.direction > 0) this.stepForward(nowMs);
      else this.stepBack(nowMs);
    }
  }

  jump(text: string, direction: Direction, nowMs: number): void {
    const { startUs, positionUs } = this;
    this.goTo(jumpTarget(text, { positionUs, direction, startUs, endUs: this.options.toUs }), nowMs);
  }

  advance(nowMs: number): void {
    if (nowMs - this.advancedMs > LONGEST_FRAME_MS) this.playback.moveTo(this.positionUs, nowMs);
    this.advancedMs = nowMs;
    if (this.playback.paused) return;
    this.table.forgetMarks(nowMs, MARKED_MS);
    if (this.atEnd) return;
    const dueUs = this.playback.dueUs(nowMs);
    if (!this.readUntil(Math.min(dueUs, this.options.toUs), nowMs)) {
      // Reading could not keep up: the clock waits.
      if (Number.isFinite(dueUs)) this.playback.moveTo(this.positionUs, nowMs);
      return;
    }
    this.positionUs = Math.min(dueUs, this.options.toUs);
    this.atEnd = this.positionUs >= this.options.toUs;
  }

  screen(
    room: { readonly rows: number; readonly recent: number },
    _nowMs: number,
  ): Omit<SocketScreen, 'footer' | 'help'> {
    const gaps = this.gaps.touching(this.positionUs, this.positionUs).filter(mayLackTransitions);
    const shown = this.table.shown(this.scroll.order);
    if (this.steppedTo !== undefined) {
      const index = shown.findIndex((row) => row.connection.id === this.steppedTo);
      this.scroll.reveal(index, room.rows);
    }
    this.steppedTo = undefined;
    const { rows, firstRow } = this.scroll.part(shown, room.rows);
    const { startUs } = this;
    const { toUs } = this.options;
    return {
      title: this.title(),
      progress: toUs > startUs ? (this.positionUs - startUs) / (toUs - startUs) : 1,
      counts: this.table.counts(),
      warning: gaps[0] && `${gapWarning(gaps[0])}, until ${localTime(gaps[0].toUs).slice(11)}`,
      rows: recordedRows(this.database, this.table, rows, this.positionUs, gaps.length > 0),
      firstRow,
      rowCount: shown.length,
      recent: this.recent.last(room.recent).map(entryLines(false, this.places)),
    };
  }

  /** At the end, starts again at the beginning. */
  private stopOrGo(nowMs: number): void {
    const again = this.atEnd;
    if (again) this.goTo(this.startUs, nowMs);
    this.playback.setPaused(!again && !this.playback.paused, this.positionUs, nowMs);
  }

  private title(): string {
    const { playback, positionUs, startUs } = this;
    const how = this.atEnd ? 'END' : playback.paused ? 'PAUSED' : speedText(playback.speed);
    const time = localTime(positionUs);
    const clock = playback.paused || this.atEnd ? time : time.slice(0, -4);
    const along = `+${durationText(positionUs - startUs)} of ${durationText(this.options.toUs - startUs)}`;
    return `sstory replay  ${clock}  ${how}  ${along}`;
  }

  /** Takes everything up to a moment; false if that takes too long for one drawing. */
  private readUntil(untilUs: number, nowMs: number): boolean {
    const deadlineMs = performance.now() + READING_MS;
    for (let count = 1; ; count++) {
      const entry = this.tape.peek();
      if (entry === undefined || entry.atUs > untilUs) return true;
      this.take(entry, nowMs);
      if (count % ENTRIES_PER_CHECK === 0 && performance.now() > deadlineMs) return false;
    }
  }

  private take(entry: LogEntry<Connection>, nowMs: number): void {
    this.tape.take();
    this.positionUs = Math.max(this.positionUs, entry.atUs);
    if (entry.kind === 'transition') this.table.apply(entry.connection, entry.step, nowMs);
    if (entry.kind === 'transition' && this.playback.paused) this.steppedTo = entry.connection.id;
    this.recent.add(entry);
  }

  private stepForward(nowMs: number): void {
    this.table.forgetMarks(nowMs, 0);
    const entry = this.tape.peek();
    if (entry === undefined) this.goTo(this.options.toUs, nowMs);
    else this.take(entry, nowMs);
    this.playback.moveTo(this.positionUs, nowMs);
  }

  /** To the time of the transition before the last one, which is then highlighted. */
  private stepBack(nowMs: number): void {
    const [last] = this.tape.before(this.positionUs, 1);
    const [previous] = last === undefined ? [] : this.tape.before(last.atUs - 1, 1);
    this.goTo(previous?.atUs ?? this.startUs, nowMs);
  }

  private goToSample(direction: Direction, nowMs: number): void {
    const us = neighbourSampleUs(this.database, this.positionUs, direction);
    if (us === undefined || us < this.startUs || us > this.options.toUs) {
      throw new SstoryError('no-sample', `no ${direction > 0 ? 'later' : 'earlier'} sample is recorded`);
    }
    this.goTo(us, nowMs);
  }

  /** Rebuilds the table just before a time, and applies what happened at that time, which is highlighted. */
  private goTo(us: number, nowMs: number): void {
    const { filter, toUs } = this.options;
    const condition = filter === undefined ? {} : { condition: filter.condition };
    this.table.reset(socketsAt(this.database, us - 1, condition));
    this.tape.wind(us - 1);
    this.recent.reset(this.tape.before(us - 1, RecentEntries.KEPT));
    this.positionUs = us;
    for (let entry = this.tape.peek(); entry !== undefined && entry.atUs <= us; entry = this.tape.peek()) {
      this.take(entry, nowMs);
    }
    this.atEnd = us >= toUs;
    this.playback.moveTo(us, nowMs);
  }
}
