/** The transitions of all connections, and the gaps, in the order of time. */

import type Database from 'better-sqlite3';
import { ALWAYS, type Condition } from '../model/condition.js';
import type { Connection, LoggedConnection } from '../model/connection.js';
import type { Gap } from '../model/gap.js';
import { lastDelayUs } from '../model/packed-steps.js';
import type { Step } from '../model/step.js';
import { connectionById } from './connection-by-id.js';
import { closedBetween } from './connections-between.js';
import { connectionsInOrder, loggedConnectionsInOrder } from './connections-in-order.js';
import { gapsBetween } from './gaps.js';
import { OPEN_LIVES } from './lives.js';
import { TransitionMerge } from './transition-merge.js';

/** A line of the log: one transition with its connection, or a gap. */
export type LogEntry<C extends LoggedConnection = LoggedConnection> =
  | { readonly kind: 'transition'; readonly atUs: number; readonly connection: C; readonly step: Step }
  | { readonly kind: 'gap'; readonly atUs: number; readonly gap: Gap };

/** How many entries a batch has, at first and later. */
const FIRST_BATCH = 64;
const LARGEST_BATCH = 1_024;
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
 * that is still unread can have an earlier one. In memory are the connections opened so far that have steps to come.
 */
export function logBatches(
  database: Database.Database,
  fromUs: number,
  toUs: number,
  condition?: Condition,
): Generator<LogEntry[]> {
  const gaps = gapsBetween(database, fromUs, toUs);
  return merged(loggedConnectionsInOrder(database, fromUs, toUs, { condition }), gaps, fromUs, toUs);
}

/** The same with whole connections, which takes longer. */
export function wholeLogBatches(
  database: Database.Database,
  fromUs: number,
  toUs: number,
  condition?: Condition,
): Generator<LogEntry<Connection>[]> {
  const gaps = gapsBetween(database, fromUs, toUs);
  return merged(connectionsInOrder(database, fromUs, toUs, { condition }), gaps, fromUs, toUs);
}

function* merged<C extends LoggedConnection>(
  connections: Iterable<C>,
  gaps: readonly Gap[],
  fromUs: number,
  toUs: number,
): Generator<LogEntry<C>[]> {
  const steps = new TransitionMerge<C>(fromUs, toUs);
  let batch: LogEntry<C>[] = [];
  let size = FIRST_BATCH;
  let gapPlace = 0;
  function* readyBefore(untilUs: number): Generator<LogEntry<C>[]> {
    for (;;) {
      const gap = gaps[gapPlace];
      const nextUs = Math.min(steps.nextUs, gap?.fromUs ?? Number.POSITIVE_INFINITY);
      if (nextUs >= untilUs) return;
      if (gap !== undefined && gap.fromUs === nextUs) {
        batch.push({ kind: 'gap', atUs: gap.fromUs, gap });
        gapPlace++;
      } else batch.push(steps.take());
      if (batch.length < size) continue;
      yield batch;
      batch = [];
      size = Math.min(LARGEST_BATCH, size * 2);
    }
  }
  for (const connection of connections) {
    if (steps.nextUs < connection.openedUs) yield* readyBefore(connection.openedUs);
    steps.add(connection);
  }
  yield* readyBefore(Number.POSITIVE_INFINITY);
  if (batch.length > 0) yield batch;
}

function addSteps(entries: LogEntry<Connection>[], connection: Connection, fromUs: number, toUs: number): void {
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
): LogEntry<Connection>[] {
  if (count <= 0) return [];
  const open = openByChange(database, toUs, condition);
  let found: LogEntry<Connection>[] = [];
  let sliceUs = FIRST_SLICE_US;
  for (let sliceToUs = toUs; sliceToUs >= fromUs && found.length < count; ) {
    const sliceFromUs = Math.max(fromUs, sliceToUs - sliceUs + 1);
    found = entriesOfSlice(database, sliceFromUs, sliceToUs, condition, open).concat(found);
    sliceToUs = sliceFromUs - 1;
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
    .prepare(`SELECT id, opened_us, path FROM socket WHERE ${OPEN_LIVES} AND (${sql})`)
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
): LogEntry<Connection>[] {
  const entries: LogEntry<Connection>[] = [];
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
function byTime(a: { readonly atUs: number }, b: { readonly atUs: number }): number {
  return a.atUs - b.atUs;
}
