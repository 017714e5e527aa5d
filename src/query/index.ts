export { connectionTest } from './connection-test.js';
export { type Condition, connectionById, connectionsBetween, earliestOpeningUs } from './connections-between.js';
export { connectionsInOrder } from './connections-in-order.js';
export { type Change, countBetween, type Difference, differenceBetween, grew, type QueueChange } from './difference.js';
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
export { type HistoryPart, type HistoryRow, historyRows } from './history-rows.js';
export { type NameAt, NameHistory, type Standing } from './names.js';
export {
  type PointInTimeOptions,
  type SampleRow,
  type SocketAt,
  socketsAt,
  standingAt,
  withDetails,
} from './point-in-time.js';
export { type RecorderLife, recorderLife } from './recorder-life.js';
export {
  fulfils,
  GapIndex,
  type Holding,
  type Stay,
  type StayWish,
  staysOf,
  type Timeline,
  TimelineReader,
} from './timeline.js';
export {
  gapsBetween,
  gapsTouching,
  type LogEntry,
  lastEntries,
  logBatches,
  logBetween,
  type Recorded,
  recordedSpan,
  wholeLogBatches,
} from './transition-log.js';
export { type Finding, findings } from './verification.js';
