/**
 * A history as a Perfetto trace: TrackEvent packets, which ui.perfetto.dev and trace_processor read. Process, peer and connection
 * are tracks, states are slices, events instants, sockets by state counters. Timestamps are wall time (CLOCK_REALTIME).
 */
import type Database from 'better-sqlite3';
import type { Interval } from '../../model/interval.js';
import { connectionsInOrder } from '../../query/connections-in-order.js';
import { eventsOfNoConnection } from '../../query/events-of-no-connection.js';
import { gapsTouching } from '../../query/gaps.js';
import { everIn, type HistoryFilter } from '../../query/history-filter.js';
import { NameHistory } from '../../query/name-history.js';
import type { AddressPermutation } from '../../query/redaction/address-permutation.js';
import { runAt } from '../../query/run-at.js';
import { earliestOpeningUs, recordedSpan } from '../../query/span.js';
import { TimelineReader } from '../../query/timeline.js';
import { instantOf, writeConnection } from './connection-slices.js';
import { writeGaps } from './gap-slices.js';
import { PacketWriter } from './packet-writer.js';
import { redactedEvent, redactedLife } from './redacted-life.js';
import { writeCounters } from './state-counters.js';
import { TrackTree } from './track-tree.js';

/** A piece is passed on when it has so many bytes. */
const PIECE_BYTES = 64 * 1024;
const UNASSIGNED_TRACK = 200;

export interface TraceOptions {
  /** Called for each connection, with when it was opened. */
  readonly onConnection?: (openedUs: number) => void;
  /** For others: with these addresses, and without names. */
  readonly addresses?: AddressPermutation | undefined;
}

/**
 * The pieces of a trace, in order. They are made while they are read: a slow reader costs no memory, and keeps no transaction open.
 * @param window what is shown; undefined: all that is recorded. States that go beyond it are cut, and annotated.
 * @param filter which connections; of one with states, those that were ever in one of them
 */
export function* perfettoTrace(
  database: Database.Database,
  window: Interval | undefined,
  filter: HistoryFilter | undefined,
  { onConnection, addresses }: TraceOptions = {},
): Generator<Uint8Array> {
  const span = recordedSpan(database);
  const writer = new PacketWriter();
  if (span === undefined) {
    writer.begin(window?.fromUs ?? 0, 0);
    yield writer.take();
    return;
  }
  const shown = shownPart(database, window, span);
  writer.begin(shown.fromUs, runAt(database, shown.toUs)?.clockOffsetUs ?? 0);
  const gaps = gapsTouching(database, shown.fromUs, shown.toUs);
  writeGaps(writer, gaps, shown);
  writeCounters(writer, database, shown, filter);
  const lives = new TimelineReader(database, shown.toUs, gaps);
  const names = new NameHistory(database);
  const tree = new TrackTree(writer);
  const condition = everIn(filter);
  for (const connection of connectionsInOrder(database, shown.fromUs, shown.toUs, { condition })) {
    const recorded = lives.life(connection);
    const life = addresses === undefined ? recorded : redactedLife(recorded, addresses);
    const track = tree.connection(life.connection);
    const remoteName =
      addresses === undefined ? names.nameAt(connection.tuple.remoteAddr, connection.openedUs)?.name : undefined;
    writeConnection(writer, { life, track, window: shown, remoteName });
    onConnection?.(connection.openedUs);
    if (writer.size >= PIECE_BYTES) yield writer.take();
  }
  if (filter === undefined) yield* unassignedEvents(writer, database, shown, addresses);
  yield writer.take();
}

/** Resets for ports that nothing listens on, and the like. */
function* unassignedEvents(
  writer: PacketWriter,
  database: Database.Database,
  window: Interval,
  addresses: AddressPermutation | undefined,
): Generator<Uint8Array> {
  let isFirst = true;
  for (const recorded of eventsOfNoConnection(database, window)) {
    const event = addresses === undefined ? recorded : redactedEvent(recorded, addresses);
    if (isFirst) writer.track({ uuid: UNASSIGNED_TRACK, name: 'events of no connection' });
    isFirst = false;
    writer.event({ ...instantOf(event), track: UNASSIGNED_TRACK, atUs: event.atUs, type: 'instant' });
    if (writer.size >= PIECE_BYTES) yield writer.take();
  }
}

/** The part of the window that is recorded. Connections of an imported dump can begin before the first run. */
function shownPart(database: Database.Database, window: Interval | undefined, span: Interval): Interval {
  const toUs = Math.min(window?.toUs ?? span.toUs, span.toUs);
  const firstUs = Math.min(span.fromUs, earliestOpeningUs(database) ?? span.fromUs);
  return { fromUs: Math.min(Math.max(window?.fromUs ?? 0, firstUs), toUs), toUs };
}
