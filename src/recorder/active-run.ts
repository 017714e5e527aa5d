import { setTimeout as delay } from 'node:timers/promises';
import { counted } from '../model/counted.js';
import { messageOf, SstoryError } from '../model/error.js';
import type { RunStart } from '../model/run.js';
import { noteLine } from '../model/run-note.js';
import { durationText } from '../model/time-text.js';
import type { Probe } from '../probe/probe.js';
import type { Checkpoints } from '../store/checkpoints.js';
import type { RunRecord } from '../store/runs.js';
import { isUnsynced } from '../store/store-error.js';
import type { FileWatch } from './file-watch.js';
import type { NameSource } from './name-source.js';
import type { PatientStore } from './patient-store.js';
import type { Recorder } from './recorder.js';
import type { Say } from './say.js';
import type { Shedding } from './shedding.js';
import type { RecordStatus } from './status.js';
import type { FileTee } from './tee.js';

/** A stop that takes longer than usual is explained, microseconds. */
const SAID_BEHIND_US = 2_000_000;
/** Where no batch comes; after each batch it is looked at too. */
const LOOK_EVERY_MS = 1_000;
/** How long a failed run takes to stop its sources, milliseconds: the end of the process frees what remains. */
const ABORT_MS = 1_000;

interface ActiveRunParts {
  readonly recorder: Recorder;
  readonly store: PatientStore;
  readonly shedding: Shedding;
  readonly checkpoints: Checkpoints;
  readonly file: FileWatch;
  readonly run: RunStart;
  readonly record: RunRecord;
  readonly status: RecordStatus;
  readonly probe: Probe | undefined;
  readonly tee: FileTee | undefined;
  /** Undefined: names are not recorded. */
  readonly names: NameSource | undefined;
  readonly say: Say;
}

/** A run that has been started, until it ends. */
export class ActiveRun {
  private readonly lookTimer: NodeJS.Timeout;

  constructor(private readonly parts: ActiveRunParts) {
    const { file, recorder } = parts;
    // One timer: each more would wake an idle process up once more.
    this.lookTimer = setInterval(() => {
      file.look();
      recorder.attempt(() => recorder.checkMemory());
    }, LOOK_EVERY_MS);
  }

  get run(): RunStart {
    return this.parts.run;
  }

  statusLine(): string {
    return this.parts.status.line(this.parts.recorder.states(), Date.now(), this.behindUs);
  }

  /** How much was recorded so far. */
  summary(): string {
    const { written, gaps, gapsText } = this.parts.status;
    return `recorded ${counted(written, 'transition')}, ${gapsText}${gaps === 0 ? '' : ': see the table gaps'}`;
  }

  /**
   * Records until `asked` resolves, commits the rest, and ends the run's row. After a failure all sources are stopped, and the process
   * has to end.
   * @throws what a source or the store failed with
   */
  async until(asked: Promise<unknown>): Promise<void> {
    try {
      await Promise.race([asked, this.parts.recorder.finished, this.parts.file.gone]);
      await this.finish();
    } catch (error) {
      clearInterval(this.lookTimer);
      this.noteFailure(error);
      if (error instanceof SstoryError && error.code === 'database-gone') this.parts.file.leave();
      await Promise.race([this.abort(), delay(ABORT_MS)]);
      throw error;
    }
    await this.parts.tee?.end();
  }

  private async finish(): Promise<void> {
    const { recorder, record, store, shedding, file, say } = this.parts;
    if (this.behindUs > SAID_BEHIND_US)
      say(`writing the last ${durationText(this.behindUs)}, which are still in memory`);
    await recorder.stop();
    clearInterval(this.lookTimer);
    shedding.finish(this.throughUs);
    const missed = this.parts.names?.missed;
    if (missed !== undefined) say(noteLine(missed), 'warning');
    store.write({ write: () => record.end(this.throughUs, 'clean') });
    await store.finish();
    const problem = file.problem();
    if (problem !== undefined) throw problem;
  }

  private async abort(): Promise<void> {
    await Promise.allSettled([this.parts.recorder.abort(), this.parts.tee?.end()]);
  }

  private get behindUs(): number {
    return this.parts.probe?.backlog.behindUs ?? 0;
  }

  private get throughUs(): number {
    return this.parts.recorder.throughUs ?? this.parts.run.startedUs;
  }

  /** Where something was lost the run stays without an end: the next run begins with a gap from its last commit. */
  private noteFailure(error: unknown): void {
    if (error instanceof SstoryError && error.code === 'cannot-write') return;
    const throughUs = isUnsynced(error) ? this.parts.checkpoints.throughUs : this.throughUs;
    try {
      this.parts.record.end(throughUs, `failed: ${messageOf(error)}`);
    } catch {
      // It is the store that failed: the run stays without an end, as after a crash.
    }
  }
}
