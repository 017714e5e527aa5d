export { batchOfEntries } from './changes.js';
export { jumpTarget } from './jump.js';
export { Playback } from './playback.js';
export { neighbourSampleUs } from './sample-times.js';
export { type ChangeMark, type RowOrder, SocketTable, standing, type TableRow } from './socket-table.js';
export { otherSpeed, parseSpeed, type Speed, speedText } from './speed.js';
export { Tape } from './tape.js';
