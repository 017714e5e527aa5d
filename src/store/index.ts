export { APPLICATION_ID, openForReading, openForWriting } from './database.js';
export { LAST_CLASS, lifeClass, longestLifeUs, OPEN_CLASS } from './life-class.js';
export { type NameRow, NameWriter, nameOfRow, pruneNames, takeOverNames } from './names.js';
export { decodePath, encodePath } from './path-codec.js';
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
