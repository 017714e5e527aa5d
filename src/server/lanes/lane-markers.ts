/** What happened to the connections of a page of lanes, as markers. */
import type Database from 'better-sqlite3';
import type { Connection } from '../../model/connection.js';
import type { Marker } from '../contract.js';
import type { Pixels } from './pixels.js';

type EventRow = [connectionId: number, atUs: number, kind: string, detail: string | null];
type SampleRow = [connectionId: number, atUs: number, retransmits: number];

/** By connection; those of one kind at one pixel are one marker. */
export type LaneMarkers = ReadonlyMap<number, readonly Marker[]>;

/** Reads events; where none of a connection's retransmits is an event (without BPF), the samples between which their number grew. */
export function laneMarkers(
  database: Database.Database,
  connections: readonly Pick<Connection, 'id' | 'retransmits'>[],
  pixels: Pixels,
): LaneMarkers {
  const found = new Map<number, Marker[]>();
  const add = (id: number, atUs: number, kind: string, count: number) => {
    const markers = found.get(id) ?? [];
    found.set(id, markers);
    const pixel = pixels.at(atUs);
    const same = markers.find((marker) => marker[0] === pixel && marker[1] === kind);
    if (same === undefined) markers.push([pixel, kind, count]);
    else same[2] += count;
  };
  const { window } = pixels;
  const ids = connections.map(({ id }) => id);
  for (const [id, atUs, kind, detail] of rowsOf<EventRow>(database, EVENTS, ids, window))
    add(id, atUs, markerKind(kind, detail), 1);
  const retransmitted = connections.filter(({ retransmits }) => retransmits > 0).map(({ id }) => id);
  if (retransmitted.length === 0) return found;
  let before: SampleRow | undefined;
  for (const row of rowsOf<SampleRow>(database, SAMPLES, retransmitted, window)) {
    const [id, atUs, count] = row;
    const grown = count - (before?.[0] === id ? before[2] : 0);
    if (grown > 0 && atUs >= window.fromUs) add(id, atUs, 'retransmit', grown);
    before = row;
  }
  return found;
}

const EVENTS = `SELECT connection_id, at_us, kind, detail FROM events
  WHERE connection_id IN (SELECT value FROM json_each(@ids)) AND at_us BETWEEN @fromUs AND @toUs ORDER BY at_us`;
const SAMPLES = `SELECT connection_id, at_us, total_retrans FROM whole_sample
  WHERE connection_id IN (SELECT value FROM json_each(@ids) WHERE NOT EXISTS
    (SELECT 1 FROM events e WHERE e.connection_id = value AND e.kind = 'retransmit'))
  AND at_us <= @toUs AND @fromUs <= @toUs AND total_retrans IS NOT NULL ORDER BY connection_id, at_us`;

function rowsOf<Row>(
  database: Database.Database,
  sql: string,
  ids: readonly number[],
  window: Pixels['window'],
): IterableIterator<Row> {
  const rows = database
    .prepare(sql)
    .raw()
    .iterate({ ids: JSON.stringify(ids), ...window });
  return rows as IterableIterator<Row>;
}

function markerKind(kind: string, detail: string | null): string {
  if (kind !== 'reset') return kind;
  return detail?.startsWith('received') === true ? 'reset-received' : 'reset-sent';
}
