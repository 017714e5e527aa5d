/** Answers as tables, for `format=csv`. */
import type { ConnectionAnswer, DiffAnswer, LaneAnswer, LogAnswer, Overview, SocketTable } from '../contract.js';
import type { InRows, Rows } from '../pieces/rows.js';
import { type CsvTable, tableOfObjects, withLastRecord } from './csv-table.js';

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
export function timelineTable(answer: InRows<LaneAnswer>): CsvTable {
  const { groups, groups_total, lanes, total, offset } = answer;
  return countOf(groups) > 0 ? drawnTable(groups, groups_total - offset) : drawnTable(lanes, total - offset);
}

function drawnTable<T extends object>(rows: readonly T[] | Rows<T>, count: number): CsvTable {
  const columns = keysOfFirst(rows).filter((key) => key !== 'runs' && key !== 'markers');
  return cutAfter(tableOfObjects(rows as Iterable<Record<string, unknown>>, columns), countOf(rows), count);
}

/** A row for each stay. */
export function connectionTable({ lane, stays }: ConnectionAnswer): CsvTable {
  const { connection_id } = lane;
  return tableOfObjects(stays.map(({ events, ...stay }) => ({ connection_id, ...stay, events: events.length })));
}

/** A row for each socket. All have the same keys. */
export function socketTable({ rows, total, offset }: InRows<SocketTable>): CsvTable {
  const columns = keysOfFirst(rows);
  return cutAfter(tableOfObjects(rows, columns), countOf(rows), total - offset);
}

/** A row for each change. */
export function diffTable({ rows }: InRows<DiffAnswer>): CsvTable {
  return tableOfObjects(rows);
}

/** A row for each transition or gap. */
export function logTable({ rows, truncated }: InRows<LogAnswer>): CsvTable {
  const table = tableOfObjects(rows);
  return truncated ? withLastRecord(table, 'cut off: only the last ones; limit and to choose others') : table;
}

/** With a last record where there are more rows than are answered: nothing else in CSV can say so. */
function cutAfter(table: CsvTable, shown: number, count: number): CsvTable {
  if (shown >= count) return table;
  return withLastRecord(table, `cut off: ${count - shown} more; limit and offset choose others`);
}

function countOf(rows: readonly unknown[] | Rows<unknown>): number {
  return Array.isArray(rows) ? rows.length : (rows as Rows<unknown>).count;
}

function keysOfFirst(rows: Iterable<object>): string[] {
  for (const row of rows) return Object.keys(row);
  return [];
}
