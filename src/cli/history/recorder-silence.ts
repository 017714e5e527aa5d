import type { Run } from '../../model/run.js';
import { durationText, localTime } from '../../model/time-text.js';
import { isStalled, type RecorderLife, type RecorderProcess } from '../../query/recorder-life.js';

/** A recorder that keeps up is at most a second behind. */
const LAG_US = 3_000_000;
/** Events that have waited so long are more than it can process at once, microseconds. */
const BURST_US = 1_000_000;

/** Why a database receives nothing from a recorder; undefined while one runs. */
export function recorderSilence(life: RecorderLife, nowUs: number): string | undefined {
  if (life.kind === 'running') return undefined;
  if (life.kind === 'none') return 'nothing was ever recorded';
  const { run } = life;
  if (life.kind === 'ended') {
    return `the last run ended at ${localTime(run.endedUs ?? run.lastUs).slice(0, -7)} (${run.end ?? 'reason unknown'})`;
  }
  const who = `sstory[${run.pid}] on ${run.host}`;
  const ago = durationText(Math.max(0, nowUs - run.lastUs));
  if (life.process === 'alive')
    return `${who} has not written for ${ago}: it may be waiting for the disk, or is stopped`;
  const why =
    life.process === 'ended' ? 'its process has ended: it was killed, or failed' : 'it was killed, or is stopped';
  return `${who} was last alive ${ago} ago: ${why}`;
}

/** The same as a sentence on the database; undefined while a recorder runs and writes. */
export function noRecorder(life: RecorderLife, file: string, nowUs: number): string | undefined {
  const silence = recorderSilence(life, nowUs);
  const what = isStalled(life) ? 'nothing is being written into' : 'no recorder is running on';
  return silence && `${what} ${file}: ${silence}`;
}

/** What a screen that shows the present warns of; undefined: it is the present. */
export function notNow(life: RecorderLife, nowUs: number): string | undefined {
  const silence = recorderSilence(life, nowUs);
  if (silence !== undefined) return `${isStalled(life) ? 'NOT NOW' : 'NO RECORDER'}: ${silence}`;
  const lag = recorderLag(life, nowUs);
  return lag && `NOT NOW YET: ${lag}`;
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
  return `the recorder is ${durationText(behindUs)} behind: ${lagReason(life.process, run)}`;
}

/** What waited when it last wrote shows a burst. */
function lagReason(process: RecorderProcess, { behindUs = 0 }: Run): string {
  if (behindUs >= BURST_US) return 'it is still working off a burst';
  return process === 'alive'
    ? 'it may be waiting for the disk, or is stopped'
    : 'it may have been killed, or is stopped';
}
