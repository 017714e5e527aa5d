/** The transitions of all connections, and the gaps, in the order of time. */

import type Database from 'better-sqlite3';
import type { Condition } from '../model/condition.js';
import type { Connection, LoggedConnection } from '../model/connection.js';
import type { Gap } from '../model/gap.js';
import type { Step } from '../model/step.js';
import { connectionsInOrder, loggedConnectionsInOrder } from './connections-in-order.js';
import { gapsBetween, gapsTouching } from './gaps.js';
import { TransitionMerge } from './transition-merge.js';

/** A line of the log: one transition with its connection, or a gap, which may have begun before `atUs`: then it touches the window. */
export type LogEntry<C extends LoggedConnection = LoggedConnection> =
  | { readonly kind: 'transition'; readonly atUs: number; readonly connection: C; readonly step: Step }
  | { readonly kind: 'gap'; readonly atUs: number; readonly gap: Gap };

/** How many entries a batch has, at first and later. */
const FIRST_BATCH = 64;
const LARGEST_BATCH = 1_024;

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
  const gaps = gapsTouching(database, fromUs, toUs);
  return merged(loggedConnectionsInOrder(database, fromUs, toUs, { condition }), gaps, fromUs, toUs);
}

/** The same with whole connections, which takes longer. `gapsFrom`: `then`: gaps that began before are left out. */
export function wholeLogBatches(
  database: Database.Database,
  fromUs: number,
  toUs: number,
  condition?: Condition,
  gapsFrom: 'before' | 'then' = 'before',
): Generator<LogEntry<Connection>[]> {
  const gaps = (gapsFrom === 'then' ? gapsBetween : gapsTouching)(database, fromUs, toUs);
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
      const gapUs = gap === undefined ? Number.POSITIVE_INFINITY : Math.max(gap.fromUs, fromUs);
      const nextUs = Math.min(steps.nextUs, gapUs);
      if (nextUs >= untilUs) return;
      if (gap !== undefined && gapUs === nextUs) {
        batch.push({ kind: 'gap', atUs: gapUs, gap });
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
