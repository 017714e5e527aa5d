export { changeJson, changeLine } from './difference-lines.js';
export { gapJson, gapLine, printable, transitionJson, transitionLine } from './log-line.js';
export { jsonLine, type ShownSocket, tableText } from './ss/index.js';
export { coloured, plain } from './state-colour.js';
export { durationText, isoTime, localTime } from './time.js';
export { barLegend, timelineLine } from './timeline-bar.js';
export { endsText, type Paint, timelineBlock, timelineJson } from './timeline-block.js';
