export { gapJson, gapLine, printable, transitionJson, transitionLine } from './log-line.js';
export { durationText, isoTime, localTime } from './time.js';
