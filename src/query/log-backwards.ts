/** The log from its end: looks back in slices of time. */
import type Database from 'better-sqlite3';
import { ALWAYS, type Condition } from '../model/condition.js';
import type { Connection } from '../model/connection.js';
import type { Gap } from '../model/gap.js';
import { lastDelayUs } from '../model/packed-steps.js';
import { connectionById } from './connection-by-id.js';
import { closedBetween } from './connections-between.js';
import { gapsBetween, gapsTouching } from './gaps.js';
import { OPEN_LIVES } from './lives.js';
import { recordedSpan } from './span.js';
import type { LogEntry } from './transition-log.js';

/** The first slice, and the longest. */
const FIRST_SLICE_US = 1_000_000;
const LONGEST_SLICE_US = 86_400_000_000;
/** The next slice is longer after one with fewer entries than the first, shorter after one with more than the second. */
const FEW_ENTRIES = 2_000;
const MANY_ENTRIES = 20_000;

/** All entries from `toUs` back to `fromUs` (both inclusive), newest first. */
export function* logBackwards(
  database: Database.Database,
  fromUs: number,
  toUs: number,
  condition?: Condition,
): Generator<LogEntry<Connection>> {
  const open = openByChange(database, toUs, condition);
  const openIds = new Set(open.map(({ id }) => id));
  // What lies behind the recorded time is one slice: it is empty, however long ago that ended.
  const endUs = recordedSpan(database)?.toUs ?? toUs;
  let sliceUs = Math.max(FIRST_SLICE_US, toUs - endUs);
  for (let sliceToUs = toUs; sliceToUs >= fromUs; ) {
    const sliceFromUs = Math.max(fromUs, sliceToUs - sliceUs + 1);
    const entries: LogEntry<Connection>[] = [];
    for (const { id, openedUs, changedUs } of open) {
      if (openedUs > sliceToUs || changedUs < sliceFromUs) continue;
      const connection = connectionById(database, id);
      if (connection !== undefined) addSteps(entries, connection, sliceFromUs, sliceToUs);
    }
    for (const connection of closedBetween(database, sliceFromUs, sliceToUs, condition)) {
      // One that was open when this began has closed since.
      if (!openIds.has(connection.id)) addSteps(entries, connection, sliceFromUs, sliceToUs);
    }
    // Gaps that began before the window come last.
    const gapsIn = sliceFromUs === fromUs ? gapsTouching : gapsBetween;
    for (const gap of gapsIn(database, sliceFromUs, sliceToUs))
      entries.push({ kind: 'gap', atUs: Math.max(gap.fromUs, fromUs), gap });
    yield* entries.sort(byTime).reverse();
    if (sliceToUs > endUs) sliceUs = FIRST_SLICE_US;
    else if (entries.length < FEW_ENTRIES) sliceUs = Math.min(LONGEST_SLICE_US, sliceUs * 4);
    else if (entries.length > MANY_ENTRIES) sliceUs = Math.max(FIRST_SLICE_US, Math.ceil(sliceUs / 4));
    sliceToUs = sliceFromUs - 1;
  }
}

/** The last `count` transitions up to `toUs`, oldest first, with the gaps that touch the time from the first of them on. */
export function lastEntries(
  database: Database.Database,
  fromUs: number,
  toUs: number,
  count: number,
  condition?: Condition,
): LogEntry<Connection>[] {
  return withGapAround(database, fromUs, lastOf(logBackwards(database, fromUs, toUs, condition), count)).reverse();
}

/** The entries, newest first, and the gaps that began before the last of them, and had not ended. */
export function withGapAround<C extends LogEntry>(
  database: Database.Database,
  fromUs: number,
  entries: readonly C[],
): (C | LogEntry<Connection>)[] {
  const last = entries.at(-1);
  if (last?.kind !== 'transition') return [...entries];
  const shown = new Set(entries.map((entry) => (entry.kind === 'gap' ? gapKey(entry.gap) : undefined)));
  const around = gapsTouching(database, last.atUs, last.atUs).filter((gap) => !shown.has(gapKey(gap)));
  const rows = around.map((gap) => ({ kind: 'gap' as const, atUs: Math.max(gap.fromUs, fromUs), gap }));
  return [...entries, ...rows.reverse()];
}

function gapKey({ fromUs, toUs, cpu, reason, scope }: Gap): string {
  return `${fromUs} ${toUs} ${cpu} ${reason} ${scope}`;
}

/** Of entries, newest first: those up to the transition that makes `count` of them. Gaps do not count. */
export function lastOf<C extends LogEntry>(entries: Iterable<C>, count: number): C[] {
  const last: C[] = [];
  let left = count;
  if (left <= 0) return last;
  for (const entry of entries) {
    last.push(entry);
    if (entry.kind === 'transition' && --left === 0) break;
  }
  return last;
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
    .prepare(`SELECT id, opened_us, path FROM socket WHERE ${OPEN_LIVES} AND (${sql})`)
    .raw()
    .all({ ...params, toUs }) as [id: number, openedUs: number, path: string][];
  return rows.map(([id, openedUs, path]) => ({ id, openedUs, changedUs: openedUs + lastDelayUs(path) + 1_000 }));
}

function addSteps(entries: LogEntry<Connection>[], connection: Connection, fromUs: number, toUs: number): void {
  for (const step of connection.steps) {
    if (step.atUs >= fromUs && step.atUs <= toUs) {
      entries.push({ kind: 'transition', atUs: step.atUs, connection, step });
    }
  }
}

/** By time; the steps of one connection keep their order, since sorting is stable. */
function byTime(a: { readonly atUs: number }, b: { readonly atUs: number }): number {
  return a.atUs - b.atUs;
}
