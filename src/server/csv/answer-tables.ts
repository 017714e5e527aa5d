/** Answers as tables, for `format=csv`. */
import type { ConnectionAnswer, DiffAnswer, LaneAnswer, LogAnswer, Overview, SocketTable } from '../contract.js';
import { type CsvTable, tableOfObjects } from './csv-table.js';

/** A row for each bucket. */
export function overviewTable({ from_us, bucket_us, states, opened, failed }: Overview): CsvTable {
  const columns = ['from_us', 'opened', 'failed', ...Object.keys(states)];
  const counts = Object.values(states);
  const rows = opened.map((count, bucket) => [
    ...[from_us + bucket * bucket_us, count, failed[bucket] ?? 0],
    ...counts.map((each) => each[bucket] ?? 0),
  ]);
  return { columns, rows };
}

/** A row for each lane, or for each group. */
export function timelineTable({ groups, lanes }: LaneAnswer): CsvTable {
  if (groups.length > 0) return tableOfObjects(groups.map(({ runs: _runs, ...group }) => group));
  return tableOfObjects(lanes.map(({ runs: _runs, markers: _markers, ...lane }) => lane));
}

/** A row for each stay. */
export function connectionTable({ lane, stays }: ConnectionAnswer): CsvTable {
  const { connection_id } = lane;
  return tableOfObjects(stays.map(({ events, ...stay }) => ({ connection_id, ...stay, events: events.length })));
}

/** The rows as they are: a row for each socket, change, transition or gap. */
export function rowsTable({ rows }: SocketTable | DiffAnswer | LogAnswer): CsvTable {
  return tableOfObjects(rows);
}
