/** `sstory replay --to-stream`: transitions in the recording format. */

import { once } from 'node:events';
import type Database from 'better-sqlite3';
import type { HistoryBatch } from '../../model/history-batch.js';
import { headerOfRun } from '../../recorder/recording-header.js';
import type { RecordingHeader } from '../../recording-file/header.js';
import { RecordingWriter } from '../../recording-file/recording-writer.js';
import { plainRows } from '../../store/history-tables.js';
import { readRuns } from '../../store/runs.js';

/** A batch can be read at the latest after this time: at full speed, many are flushed together. */
const FLUSH_MS = 100;
const MOST_PENDING_BYTES = 4 << 20;

/** Accepts batches as a recorder would write them. */
export interface RecordingStream {
  write(batch: HistoryBatch): Promise<void>;
  /** Writes what is still buffered, and the end. */
  end(): Promise<void>;
}

/** A recording file of a database's transitions, written to `stream` as fast as its reader accepts it. */
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
  for (const namespace of plainRows(database, 'namespace', '1')) writer.add('namespace', namespace);
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
