export { type Condition, connectionById, connectionsBetween, earliestOpeningUs } from './connections-between.js';
export { Follower } from './follow.js';
export { gapsBetween, type LogEntry, lastEntries, logBetween, type Recorded, recordedSpan } from './transition-log.js';
