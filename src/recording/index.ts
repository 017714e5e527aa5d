export type { FrameFault } from './frame-reader.js';
export type { RecordingHeader } from './header.js';
export { type RecordedBlock, RecordingReader } from './recording-reader.js';
export { type RecordingSink, RecordingWriter } from './recording-writer.js';
