export { gapJson, gapLine, printable, transitionJson, transitionLine } from './log-line.js';
export { cellsOf, HEADER, type LineOptions, lineJson, type SocketLine, tableText } from './ss/socket-line.js';
export { durationText, isoTime, localTime } from './time.js';
