import { durationText, localTime } from '../../model/time-text.js';
import type { RecorderLife } from '../../query/recorder-life.js';

/** Why a database receives nothing from a recorder; undefined while one runs. */
export function recorderSilence(life: RecorderLife, nowUs: number): string | undefined {
  if (life.kind === 'running') return undefined;
  if (life.kind === 'none') return 'nothing was ever recorded';
  const { run } = life;
  if (life.kind === 'ended') {
    return `the last run ended at ${localTime(run.endedUs ?? run.lastUs).slice(0, -7)} (${run.end ?? 'reason unknown'})`;
  }
  const ago = durationText(Math.max(0, nowUs - run.lastUs));
  return `sstory[${run.pid}] on ${run.host} was last alive ${ago} ago: it was killed, or is stopped`;
}
