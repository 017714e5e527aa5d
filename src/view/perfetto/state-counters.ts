/** Sockets by state over time, as counters. */
import type Database from 'better-sqlite3';
import type { Interval } from '../../model/interval.js';
import { TCP_STATES } from '../../model/tcp-state.js';
import type { HistoryFilter } from '../../query/history-filter.js';
import { instantAt, instantsIn, roundStep } from '../../query/instants.js';
import { socketCounts } from '../../query/socket-counts.js';
import type { PacketWriter } from './packet-writer.js';

const PARENT = 100;
/** Instants at which sockets are counted. */
const MOST_INSTANTS = 2_000;

/** Writes a counter for each state that occurs: a value where it changes, at up to 2,000 instants. */
export function writeCounters(
  writer: PacketWriter,
  database: Database.Database,
  window: Interval,
  filter: HistoryFilter | undefined,
): void {
  const instants = instantsIn(window, roundStep(window, MOST_INSTANTS), 0);
  const counts = [...socketCounts(database, instants, filter).states].filter(([, values]) =>
    values.some((count) => count > 0),
  );
  if (counts.length === 0) return;
  writer.track({ uuid: PARENT, name: 'sockets by state' });
  for (const [state, values] of counts) {
    const track = PARENT + 1 + TCP_STATES.indexOf(state);
    writer.track({ uuid: track, name: state, parent: PARENT, counter: true });
    let last: number | undefined;
    for (const [index, value] of values.entries()) {
      if (value === last && index < values.length - 1) continue;
      last = value;
      writer.event({ track, atUs: instantAt(instants, index), type: 'counter', value });
    }
  }
}
