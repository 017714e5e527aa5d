export type { Names } from './address-text.js';
export { COLUMNS, type Column, columnOf } from './columns.js';
export { csvHeader, csvLine, jsonLine, plainTable } from './records.js';
export type { KnownRow, ShownHistory, ShownOwner, ShownSocket } from './shown-socket.js';
export { type TableOptions, tableText } from './table-text.js';
