export { gapJson, gapLine, printable, transitionJson, transitionLine } from './log-line.js';
export { nameJson, nameLine } from './name-line.js';
export { parquetEncoder } from './parquet-encoder.js';
export { csvEncoder, jsonLinesEncoder, type RowEncoder } from './row-encoder.js';
export { jsonLine, type ShownSocket, tableText } from './ss/index.js';
export { durationText, isoTime, localTime } from './time.js';
