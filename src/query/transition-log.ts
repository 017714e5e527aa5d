import type Database from 'better-sqlite3';
import type { Connection, Gap } from '../model/connection.js';
import type { Step } from '../model/step.js';
import { lastDelayUs, OPEN_CLASS, readRuns } from '../store/index.js';
import { ALWAYS, type Condition, closedBetween, connectionById } from './connections-between.js';
import { connectionsInOrder } from './connections-in-order.js';

/** A line of the log: one transition with its connection, or a gap. */
export type LogEntry =
  | { readonly kind: 'transition'; readonly atUs: number; readonly connection: Connection; readonly step: Step }
  | { readonly kind: 'gap'; readonly atUs: number; readonly gap: Gap };

export interface Recorded {
  readonly startUs: number;
  readonly endUs: number;
}

/** When the database begins and ends: from the start of its first recording to the last sign of life of its last; undefined if empty. */
export function recordedSpan(database: Database.Database): Recorded | undefined {
  const runs = readRuns(database);
  const first = runs[0];
  if (first === undefined) return undefined;
  return { startUs: first.startedUs, endUs: Math.max(...runs.map((run) => run.endedUs ?? run.lastUs)) };
}

/** How many connections are read before the first entries are given, and at most how many between later ones. */
const FIRST_CHUNK = 64;
const LARGEST_CHUNK = 4_096;
/** `lastEntries` looks back in slices: the first so long, none longer than a day. */
const FIRST_SLICE_US = 1_000_000;
const LONGEST_SLICE_US = 86_400_000_000;

/** All entries from `fromUs` to `toUs` (inclusive), oldest first. */
export function* logBetween(
  database: Database.Database,
  fromUs: number,
  toUs: number,
  condition?: Condition,
): Generator<LogEntry> {
  for (const batch of logBatches(database, fromUs, toUs, condition)) yield* batch;
}

/**
 * The same in batches. Connections are read once each, in the order of their opening; their steps wait until no connection
 * that is still unread can have an earlier one. In memory are the steps to come of the connections opened so far.
 */
export function* logBatches(
  database: Database.Database,
  fromUs: number,
  toUs: number,
  condition?: Condition,
): Generator<LogEntry[]> {
  let waiting: LogEntry[] = gapsBetween(database, fromUs, toUs).map((gap) => ({ kind: 'gap', atUs: gap.fromUs, gap }));
  let chunk = FIRST_CHUNK;
  let taken = 0;
  for (const connection of connectionsInOrder(database, fromUs, toUs, { condition })) {
    if (taken >= chunk && connection.openedUs > fromUs) {
      const [ready, later] = split(waiting, connection.openedUs);
      if (ready.length > 0) yield ready;
      waiting = later;
      taken = 0;
      // Every split looks at all that waits: with much waiting, it is done less often.
      chunk = Math.max(Math.min(LARGEST_CHUNK, chunk * 2), later.length >> 2);
    }
    taken++;
    addSteps(waiting, connection, fromUs, toUs);
  }
  if (waiting.length > 0) yield waiting.sort(byTime);
}

/** What happened before `untilUs`, in order, and the rest. */
function split(entries: readonly LogEntry[], untilUs: number): [ready: LogEntry[], later: LogEntry[]] {
  const ready: LogEntry[] = [];
  const later: LogEntry[] = [];
  for (const entry of entries) (entry.atUs < untilUs ? ready : later).push(entry);
  return [ready.sort(byTime), later];
}

function addSteps(entries: LogEntry[], connection: Connection, fromUs: number, toUs: number): void {
  for (const step of connection.steps) {
    if (step.atUs >= fromUs && step.atUs <= toUs) {
      entries.push({ kind: 'transition', atUs: step.atUs, connection, step });
    }
  }
}

/** The last `count` entries up to `toUs`, oldest first: looks back in growing slices until they are found. */
export function lastEntries(
  database: Database.Database,
  fromUs: number,
  toUs: number,
  count: number,
  condition?: Condition,
): LogEntry[] {
  if (count <= 0) return [];
  const open = openByChange(database, toUs, condition);
  let found: LogEntry[] = [];
  let sliceUs = FIRST_SLICE_US;
  for (let endUs = toUs; endUs >= fromUs && found.length < count; ) {
    const startUs = Math.max(fromUs, endUs - sliceUs + 1);
    found = entriesOfSlice(database, startUs, endUs, condition, open).concat(found);
    endUs = startUs - 1;
    sliceUs = Math.min(LONGEST_SLICE_US, sliceUs * 4);
  }
  return found.slice(-count);
}

interface OpenOne {
  readonly id: number;
  readonly openedUs: number;
  /** When its last step was, up to a millisecond later. */
  readonly changedUs: number;
}

/** The open connections: most have not changed for long, so they are not decoded for that. */
function openByChange(
  database: Database.Database,
  toUs: number,
  { sql, params }: Condition = ALWAYS,
): readonly OpenOne[] {
  const rows = database
    .prepare(
      `SELECT id, opened_us, path FROM socket WHERE life_class = ${OPEN_CLASS} AND opened_us <= @toUs AND (${sql})`,
    )
    .raw()
    .all({ ...params, toUs }) as [id: number, openedUs: number, path: string][];
  return rows.map(([id, openedUs, path]) => ({ id, openedUs, changedUs: openedUs + lastDelayUs(path) + 1_000 }));
}

function entriesOfSlice(
  database: Database.Database,
  fromUs: number,
  toUs: number,
  condition: Condition | undefined,
  open: readonly OpenOne[],
): LogEntry[] {
  const entries: LogEntry[] = [];
  for (const { id, openedUs, changedUs } of open) {
    if (openedUs > toUs || changedUs < fromUs) continue;
    const connection = connectionById(database, id);
    if (connection !== undefined) addSteps(entries, connection, fromUs, toUs);
  }
  for (const connection of closedBetween(database, fromUs, toUs, condition)) {
    addSteps(entries, connection, fromUs, toUs);
  }
  for (const gap of gapsBetween(database, fromUs, toUs)) entries.push({ kind: 'gap', atUs: gap.fromUs, gap });
  return entries.sort(byTime);
}

/** By time; the steps of one connection keep their order, since sorting is stable. */
function byTime(a: LogEntry, b: LogEntry): number {
  return a.atUs - b.atUs;
}

interface GapRow {
  readonly from_us: number;
  readonly to_us: number;
  readonly cpu: number | null;
  readonly lost: number | null;
  readonly reason: Gap['reason'];
}

/** The gaps that begin from `fromUs` to `toUs`. */
export function gapsBetween(database: Database.Database, fromUs: number, toUs: number): Gap[] {
  const rows = database
    .prepare('SELECT from_us, to_us, cpu, lost, reason FROM gaps WHERE from_us BETWEEN ? AND ? ORDER BY from_us')
    .all(fromUs, toUs) as GapRow[];
  return rows.map(gapOfRow);
}

/** The gaps that touch the time from `fromUs` to `toUs`, by their beginning. */
export function gapsTouching(database: Database.Database, fromUs: number, toUs: number): Gap[] {
  const rows = database
    .prepare(
      'SELECT from_us, to_us, cpu, lost, reason FROM gaps WHERE from_us <= ? AND to_us >= ? ORDER BY from_us, to_us',
    )
    .all(toUs, fromUs) as GapRow[];
  return rows.map(gapOfRow);
}

export function gapOfRow(row: GapRow): Gap {
  return {
    fromUs: row.from_us,
    toUs: row.to_us,
    cpu: row.cpu ?? undefined,
    lost: row.lost ?? undefined,
    reason: row.reason,
  };
}
