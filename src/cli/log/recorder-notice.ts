import { isStalled, type RecorderLife } from '../../query/recorder-life.js';
import { noRecorder, recorderLag } from '../history/recorder-silence.js';

type State = 'writes' | 'behind' | 'none';

/** What a follower of a database reports of its recorder: once that none runs, or that it is behind, and when that is over. */
export class RecorderNotice {
  private state: State = 'writes';
  private runId: number | undefined;

  constructor(private readonly file: string) {}

  /** What is to be said now that the recorder was looked at; undefined: all is as it was at the last look. */
  of(life: RecorderLife, nowUs: number): string | undefined {
    const { state: before, runId: runBefore } = this;
    this.state = stateOf(life, nowUs);
    this.runId = life.kind === 'none' ? undefined : life.run.id;
    if (this.state === before) return undefined;
    if (this.state !== 'writes') return noRecorder(life, this.file, nowUs) ?? recorderLag(life, nowUs);
    const hasStarted = before === 'none' || this.runId !== runBefore;
    if (life.kind !== 'running' || !hasStarted) return 'the recorder has caught up';
    return `sstory[${life.run.pid}] on ${life.run.host} records into ${this.file}`;
  }
}

function stateOf(life: RecorderLife, nowUs: number): State {
  if (isStalled(life)) return 'behind';
  if (life.kind !== 'running') return 'none';
  return recorderLag(life, nowUs) === undefined ? 'writes' : 'behind';
}
