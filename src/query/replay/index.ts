export { batchOfEntries } from './changes.js';
export { otherSpeed, parseSpeed, type Speed, speedText } from './speed.js';
