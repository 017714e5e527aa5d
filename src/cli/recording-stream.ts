/** The one place where replay meets the recording format. */
import type { HistoryBatch } from '../model/connection.js';
import { SstoryError } from '../model/error.js';

/** Takes batches as a recorder would write them. */
export interface RecordingStream {
  write(batch: HistoryBatch): Promise<void>;
  /** Writes what is still held back. */
  end(): Promise<void>;
}

/** A recording that is written to `stream`. The encoder is loaded only when it is asked for. */
export async function openRecordingStream(_stream: NodeJS.WritableStream): Promise<RecordingStream> {
  throw new SstoryError('no-recording-format', '--to-stream: this build has no recording format', {
    hint: 'sstory replay --json gives the same transitions as JSON lines',
  });
}
