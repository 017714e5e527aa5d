import type Database from 'better-sqlite3';
import type { Connection, Gap } from '../model/connection.js';
import type { Step } from '../model/step.js';
import { readRuns } from '../store/index.js';
import { type Condition, connectionsBetween } from './connections-between.js';

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

/** Slices are made so that one holds about this many entries: what is in memory at a time. */
const ENTRIES_PER_SLICE = 20_000;
const FIRST_SLICE_US = 1_000_000;
const LONGEST_SLICE_US = 86_400_000_000;

/** All entries from `fromUs` to `toUs` (inclusive), oldest first. Memory stays bounded: the time is read slice by slice. */
export function* logBetween(
  database: Database.Database,
  fromUs: number,
  toUs: number,
  condition?: Condition,
): Generator<LogEntry> {
  let sliceUs = FIRST_SLICE_US;
  for (let startUs = fromUs; startUs <= toUs; ) {
    const endUs = Math.min(toUs, startUs + sliceUs - 1);
    const entries = entriesOfSlice(database, startUs, endUs, condition);
    yield* entries;
    startUs = endUs + 1;
    const scale = ENTRIES_PER_SLICE / Math.max(entries.length, 1);
    sliceUs = Math.min(LONGEST_SLICE_US, Math.max(1_000, Math.floor(sliceUs * Math.min(16, scale))));
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
  let found: LogEntry[] = [];
  let sliceUs = FIRST_SLICE_US;
  for (let endUs = toUs; endUs >= fromUs && found.length < count; ) {
    const startUs = Math.max(fromUs, endUs - sliceUs + 1);
    found = entriesOfSlice(database, startUs, endUs, condition).concat(found);
    endUs = startUs - 1;
    sliceUs = Math.min(LONGEST_SLICE_US, sliceUs * 4);
  }
  return found.slice(-count);
}

function entriesOfSlice(
  database: Database.Database,
  fromUs: number,
  toUs: number,
  condition: Condition | undefined,
): LogEntry[] {
  const entries: LogEntry[] = [];
  for (const connection of connectionsBetween(database, fromUs, toUs, condition)) {
    for (const step of connection.steps) {
      if (step.atUs >= fromUs && step.atUs <= toUs) {
        entries.push({ kind: 'transition', atUs: step.atUs, connection, step });
      }
    }
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

export function gapOfRow(row: GapRow): Gap {
  return {
    fromUs: row.from_us,
    toUs: row.to_us,
    cpu: row.cpu ?? undefined,
    lost: row.lost ?? undefined,
    reason: row.reason,
  };
}
