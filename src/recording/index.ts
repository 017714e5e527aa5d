export type { FrameFault } from './frame-reader.js';
export { RecordingReader } from './recording-reader.js';
export { type RecordingSink, RecordingWriter } from './recording-writer.js';
export type { RecordedCgroup, RecordedPruning, RecordedRows, RecordedRun, RecordingHeader, RowKinds } from './rows.js';
