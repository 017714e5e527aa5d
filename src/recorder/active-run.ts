import { counted } from '../model/counted.js';
import { messageOf, SstoryError } from '../model/error.js';
import type { RunStart } from '../model/run.js';
import { noteLine, type RunNote } from '../model/run-note.js';
import { durationText } from '../model/time-text.js';
import type { Probe } from '../probe/probe.js';
import type { RunRecord } from '../store/runs.js';
import type { Recorder } from './recorder.js';
import type { Say } from './say.js';
import type { RecordStatus } from './status.js';
import type { FileTee } from './tee.js';

/** A stop that takes longer than usual is explained, microseconds. */
const SAID_BEHIND_US = 2_000_000;

interface ActiveRunParts {
  readonly recorder: Recorder;
  readonly run: RunStart;
  readonly record: RunRecord;
  readonly status: RecordStatus;
  readonly probe: Probe | undefined;
  readonly tee: FileTee | undefined;
  /** Which names were missed so far; undefined: none. */
  readonly missedNames: () => RunNote | undefined;
  readonly say: Say;
}

/** A run that has been started, until it ends. */
export class ActiveRun {
  constructor(private readonly parts: ActiveRunParts) {}

  get run(): RunStart {
    return this.parts.run;
  }

  statusLine(): string {
    return this.parts.status.line(this.parts.recorder.states(), Date.now(), this.behindUs);
  }

  /** How much was recorded so far. */
  summary(): string {
    const { written, gaps, lost } = this.parts.status;
    const lostText = lost === 0 ? '' : ` (${counted(lost, 'event')} lost)`;
    const gapsText = gaps === 0 ? 'no gaps' : `${counted(gaps, 'gap')}${lostText}: see the table gaps`;
    return `recorded ${counted(written, 'transition')}, ${gapsText}`;
  }

  /** Records until `asked` resolves, commits the rest, and ends the run's row. @throws what a source or the store failed with */
  async until(asked: Promise<unknown>): Promise<void> {
    const { recorder, record, say } = this.parts;
    try {
      await Promise.race([asked, recorder.finished]);
      if (this.behindUs > SAID_BEHIND_US)
        say(`writing the last ${durationText(this.behindUs)}, which are still in memory`);
      await recorder.stop();
      const missed = this.parts.missedNames();
      if (missed !== undefined) say(noteLine(missed));
      record.end(this.throughUs, 'clean');
    } catch (error) {
      // Where something was lost the run stays without an end: the next run begins with a gap from its last commit.
      if (!(error instanceof SstoryError && error.code === 'cannot-write')) this.noteFailure(error);
      throw error;
    }
  }

  /** Ends the recording file and bpftrace. To be called after `until`, however it ended. */
  async close(): Promise<void> {
    await this.parts.tee?.end();
    await this.parts.probe?.stop();
  }

  private get behindUs(): number {
    return this.parts.probe?.backlog.behindUs ?? 0;
  }

  private get throughUs(): number {
    return this.parts.recorder.throughUs ?? this.parts.run.startedUs;
  }

  private noteFailure(error: unknown): void {
    try {
      this.parts.record.end(this.throughUs, `failed: ${messageOf(error)}`);
    } catch {
      // It is the store that failed: the run stays without an end, as after a crash.
    }
  }
}
