import { durationText, localTime } from '../../model/time-text.js';
import type { RecorderLife } from '../../query/recorder-life.js';

/** In words, why nothing comes from a recorder; undefined while one runs. */
export function recorderSilence(life: RecorderLife, nowUs: number): string | undefined {
  if (life.kind === 'running') return undefined;
  if (life.kind === 'none') return 'nothing was ever recorded';
  const { run } = life;
  if (life.kind === 'ended') {
    return `the last one ended at ${localTime(run.endedUs ?? run.lastUs).slice(0, -7)}: ${run.end ?? 'nobody knows why'}`;
  }
  const ago = durationText(Math.max(0, nowUs - run.lastUs));
  return `the last sign of life of sstory[${run.pid}] on ${run.host} is ${ago} old: it was killed, or is stopped`;
}
