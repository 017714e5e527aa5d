export { APPLICATION_ID, openForReading, openForWriting } from './database.js';
export { LAST_CLASS, lifeClass, longestLifeUs, OPEN_CLASS } from './life-class.js';
export { decodePath, encodePath } from './path-codec.js';
export {
  nextConnectionId,
  type Run,
  RunRecord,
  type RunStart,
  readOpenConnections,
  readRuns,
  writeCgroups,
} from './runs.js';
export {
  connectionOfRow,
  connectionOfValues,
  SOCKET_SELECT,
  type SocketDbRow,
  type SocketValues,
} from './socket-columns.js';
export { HistoryWriter } from './writer.js';
