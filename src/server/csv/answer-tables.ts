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
export function timelineTable({ groups, groups_total, lanes, total, offset }: LaneAnswer): CsvTable {
  if (groups.length > 0)
    return cutAfter(tableOfObjects(groups.map(({ runs: _runs, ...group }) => group)), groups_total - offset);
  return cutAfter(tableOfObjects(lanes.map(({ runs: _runs, markers: _markers, ...lane }) => lane)), total - offset);
}

/** With a last record where there are more rows than are answered: nothing else in CSV can say so. */
function cutAfter(table: CsvTable, count: number): CsvTable {
  const rows = [...table.rows];
  if (rows.length >= count) return table;
  return { ...table, rows: [...rows, [`cut off: ${count - rows.length} more; limit and offset choose others`]] };
}

/** A row for each stay. */
export function connectionTable({ lane, stays }: ConnectionAnswer): CsvTable {
  const { connection_id } = lane;
  return tableOfObjects(stays.map(({ events, ...stay }) => ({ connection_id, ...stay, events: events.length })));
}

/** The rows as they are: a row for each socket, change, transition or gap. */
export function rowsTable(answer: SocketTable | DiffAnswer | LogAnswer): CsvTable {
  const table = tableOfObjects(answer.rows);
  if ('truncated' in answer && answer.truncated)
    return { ...table, rows: [...table.rows, ['cut off: only the last ones; limit and to choose others']] };
  if ('total' in answer && 'offset' in answer) return cutAfter(table, Number(answer.total) - Number(answer.offset));
  return table;
}
