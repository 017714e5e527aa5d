export { ClosedSweep } from './closed-sweep.js';
export { openForReading, openForWriting, versionOf } from './database.js';
export { LAST_CLASS, lifeClass, longestLifeUs, OPEN_CLASS } from './life-class.js';
export { APPLICATION_ID, SCHEMA_VERSION } from './migration.js';
export { type NameRow, NameWriter, nameOfRow, takeOverNames } from './names.js';
export { decodePath, encodePath, lastDelayUs } from './path-codec.js';
export { type Bounds, type PruneOptions, Pruner } from './pruner.js';
export { type Pruned, readPruned } from './prunings.js';
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
export { CONNECTION_COLUMNS, connectionOfValues, type SocketValues } from './socket-columns.js';
export { HistoryWriter } from './writer.js';
