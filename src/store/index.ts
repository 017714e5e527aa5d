export { ClosedSweep } from './closed-sweep.js';
export { openForReading, openForWriting, versionOf } from './database.js';
export { HISTORY_TABLES, type PlainKind, plainRows } from './history-tables.js';
export { LAST_CLASS, lifeClass, longestLifeUs, OPEN_CLASS } from './life-class.js';
export { APPLICATION_ID, SCHEMA_VERSION } from './migration.js';
export { type NameRow, NameWriter, nameOfRow, takeOverNames } from './names.js';
export { decodeNews, encodeNews } from './news-codec.js';
export { decodePath, encodePath, lastDelayUs } from './path-codec.js';
export { type Bounds, type PruneOptions, Pruner } from './pruner.js';
export { type Pruned, readPruned } from './prunings.js';
export { isEmptyHistory, RowImport } from './row-import.js';
export {
  nextConnectionId,
  type Run,
  RunRecord,
  type RunSource,
  type RunStart,
  readOpenConnections,
  readRuns,
  writeCgroups,
} from './runs.js';
export { type ColumnNote, INTERNAL_TABLES, SCHEMA_NOTES, type TableNote } from './schema-notes.js';
export {
  CONNECTION_COLUMNS,
  connectionOfValues,
  LOGGED_COLUMNS,
  type LoggedValues,
  loggedConnectionOfValues,
  type SocketValues,
} from './socket-columns.js';
export { HistoryWriter } from './writer.js';
