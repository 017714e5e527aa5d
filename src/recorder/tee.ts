import { setTimeout as wait } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import type { RecordedCgroup } from '../model/cgroup.js';
import { messageOf } from '../model/error.js';
import type { HistoryBatch } from '../model/history-batch.js';
import type { NameRecord } from '../model/name.js';
import type { RunStart } from '../model/run.js';
import { RecordingWriter } from '../recording-file/recording-writer.js';
import { plainRows } from '../store/history-tables.js';
import { readOpenConnections } from '../store/runs.js';
import type { Tee } from './recorder.js';
import { headerOfRun } from './recording-header.js';
import type { Say } from './say.js';
import type { TeeFile } from './tee-file.js';

/** How often a block is completed: a file that is cut off lacks no more than this. */
const FLUSH_INTERVAL_MS = 1_000;
/** What may wait in memory for a slow disk or reader before the tee is given up. */
const MOST_PENDING_BYTES = 64 << 20;
/** How long the end waits for a disk, or for the reader of a pipe. */
const END_MS = 5_000;

export interface TeeParts {
  readonly database: Database.Database;
  readonly file: TeeFile;
  readonly run: RunStart;
  readonly runId: number;
  /** Reports when nothing more is written, and why. */
  readonly say: Say;
}

/**
 * Writes what a recorder commits to a recording file as well. The recorder pays for the encoding, and never waits: a file that
 * cannot be written, or not fast enough, ends the tee but not the run.
 */
export class FileTee implements Tee {
  private readonly writer: RecordingWriter;
  private stopped = false;
  private flushedMs = performance.now();
  private throughUs: number | undefined;

  constructor(private readonly parts: TeeParts) {
    this.writer = new RecordingWriter((bytes) => parts.file.write(bytes), headerOfRun(parts.run, 'record'));
    this.attempt(() => this.begin());
  }

  batch(batch: HistoryBatch): void {
    this.attempt(() => {
      this.writer.addBatch(batch);
      if (batch.throughUs > 0) this.throughUs = batch.throughUs;
      if (performance.now() - this.flushedMs >= FLUSH_INTERVAL_MS) this.flush();
    });
  }

  cgroups(found: readonly RecordedCgroup[]): void {
    this.attempt(() => {
      for (const cgroup of found) this.writer.add('cgroup', cgroup);
    });
  }

  names(records: readonly NameRecord[]): void {
    this.attempt(() => {
      for (const record of records) this.writer.add('name', record);
    });
  }

  /** Writes the end, after the run's own, and closes the file. */
  async end(): Promise<void> {
    try {
      if (this.stopped) return;
      this.addRun();
      if (this.throughUs !== undefined) this.writer.flush(this.throughUs);
      const late = wait(END_MS, 'late' as const, { ref: false });
      const outcome = await Promise.race([this.writer.end(), late]);
      if (outcome === 'late') this.stop(`its end was not written within ${END_MS / 1000} s`);
    } catch (error) {
      this.stop(messageOf(error));
    } finally {
      await this.parts.file.close().catch(() => undefined);
    }
  }

  /** Connections that earlier runs left open continue in this one, and names are still valid. */
  private begin(): void {
    const { database, run } = this.parts;
    this.addRun();
    const open = [...readOpenConnections(database)];
    const cgroups = new Set(open.map((connection) => connection.cgroup));
    for (const cgroup of plainRows(database, 'cgroup', '1'))
      if (cgroups.has(cgroup.id)) this.writer.add('cgroup', cgroup);
    for (const connection of open) this.writer.add('connection', connection);
    const currentNames = plainRows(database, 'name', 'to_us IS NULL OR to_us > @startedUs', {
      startedUs: run.startedUs,
    });
    for (const name of currentNames) this.writer.add('name', name);
    this.writer.flush();
  }

  private addRun(): void {
    const { database, runId } = this.parts;
    for (const run of plainRows(database, 'run', 'id = @runId', { runId })) this.writer.add('run', run);
  }

  private flush(): void {
    this.flushedMs = performance.now();
    this.addRun();
    this.writer.flush(this.throughUs);
    if (this.writer.pendingBytes > MOST_PENDING_BYTES)
      this.stop(`it is too slow: ${(this.writer.pendingBytes / 1e6).toFixed(0)} MB are waiting`);
    this.writer.settled().catch((error: Error) => this.stop(error.message));
  }

  private attempt(work: () => void): void {
    if (this.stopped) return;
    try {
      work();
    } catch (error) {
      this.stop(messageOf(error));
    }
  }

  private stop(why: string): void {
    if (this.stopped) return;
    this.stopped = true;
    this.parts.say(`--tee ${this.parts.file.path}: writing stopped: ${why}; the database is not affected`, 'warning');
  }
}
