import type { Run } from '../../model/run.js';
import { durationText, localTime } from '../../model/time-text.js';
import type { RecorderLife } from '../../query/recorder-life.js';

/** A recorder that keeps up is at most a second behind. */
const LAG_US = 3_000_000;

/** Why a database receives nothing from a recorder; undefined while one runs. */
export function recorderSilence(life: RecorderLife, nowUs: number): string | undefined {
  if (life.kind === 'running') return undefined;
  if (life.kind === 'none') return 'nothing was ever recorded';
  const { run } = life;
  if (life.kind === 'ended') {
    return `the last run ended at ${localTime(run.endedUs ?? run.lastUs).slice(0, -7)} (${run.end ?? 'reason unknown'})`;
  }
  const ago = durationText(Math.max(0, nowUs - run.lastUs));
  const why =
    life.process === 'ended' ? 'its process has ended: it was killed, or failed' : 'it was killed, or is stopped';
  return `sstory[${run.pid}] on ${run.host} was last alive ${ago} ago: ${why}`;
}

/** As far as that a recorder which keeps up may be behind, microseconds: without BPF it updates its row with every snapshot. */
export function expectedLagUs({ source, intervalUs }: Pick<Run, 'source' | 'intervalUs'>): number {
  return LAG_US + (source === 'diag' ? 2 * intervalUs : 0);
}

/** How far a running recorder is behind, as a sentence; undefined: not noticeably. */
export function recorderLag(life: RecorderLife, nowUs: number): string | undefined {
  if (life.kind !== 'running') return undefined;
  const { run } = life;
  const behindUs = nowUs - run.lastUs;
  if (behindUs < expectedLagUs(run)) return undefined;
  return `the recorder is ${durationText(behindUs)} behind: it is still working off a burst`;
}
