/** The one place where replay meets the recording format. */
import { once } from 'node:events';
import type Database from 'better-sqlite3';
import type { HistoryBatch } from '../../model/connection.js';
import { headerOfRun } from '../../recorder/recording-header.js';
import type { RecordingHeader } from '../../recording-file/header.js';
import { RecordingWriter } from '../../recording-file/recording-writer.js';
import { plainRows } from '../../store/history-tables.js';
import { readRuns } from '../../store/runs.js';

/** A batch is made readable at the latest after this time: at full speed that is many of them at once. */
const FLUSH_MS = 100;
const MOST_PENDING_BYTES = 4 << 20;

/** Takes batches as a recorder would write them. */
export interface RecordingStream {
  write(batch: HistoryBatch): Promise<void>;
  /** Writes what is still held back, and the end. */
  end(): Promise<void>;
}

/** A recording of transitions of a database, written to `stream` as fast as it is read there. */
export function openRecordingStream(
  stream: NodeJS.WritableStream,
  database: Database.Database,
  part: Pick<RecordingHeader, 'sinceUs' | 'untilUs' | 'filter'>,
): RecordingStream {
  const writer = new RecordingWriter(
    async (bytes) => {
      if (!stream.write(bytes)) await once(stream, 'drain');
    },
    { ...headerOfRun(readRuns(database).at(-1), 'replay'), ...part },
  );
  for (const run of plainRows(database, 'run', '1')) writer.add('run', run);
  for (const cgroup of plainRows(database, 'cgroup', '1')) writer.add('cgroup', cgroup);
  writer.flush();
  let throughUs: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    writer.flush(throughUs);
  };
  return {
    async write(batch) {
      writer.addBatch(batch);
      if (batch.throughUs > 0) throughUs = batch.throughUs;
      timer ??= setTimeout(flush, FLUSH_MS);
      await writer.settled(MOST_PENDING_BYTES);
    },
    async end() {
      flush();
      await writer.end();
    },
  };
}
