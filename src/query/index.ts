export { type Condition, connectionById, connectionsBetween, earliestOpeningUs } from './connections-between.js';
export {
  EXPORTED_TABLES,
  type ExportedColumn,
  type ExportedName,
  type ExportedTable,
  type ExportedValue,
  type ExportSelection,
  exportedColumns,
  exportedRows,
} from './exported-rows.js';
export { Follower } from './follow.js';
export { type NameAt, NameHistory, type Standing } from './names.js';
export { type PointInTimeOptions, type SampleRow, type SocketAt, socketsAt } from './point-in-time.js';
export { gapsBetween, type LogEntry, lastEntries, logBetween, type Recorded, recordedSpan } from './transition-log.js';
export { type Finding, findings } from './verification.js';
