/** Whether a database is being recorded into as it should be, as a check of a monitoring system sees it. */
import type Database from 'better-sqlite3';
import { counted } from '../../model/counted.js';
import type { Run } from '../../model/run.js';
import { durationText, localTime } from '../../model/time-text.js';
import { type Loss, lossBetween } from '../../query/recent-loss.js';
import { isStalled, type RecorderLife } from '../../query/recorder-life.js';
import { recorderHere } from '../../request/recorder-here.js';
import { expectedLagUs, recorderSilence } from './recorder-silence.js';

/** As plugins of Nagios do: https://nagios-plugins.org/doc/guidelines.html#AEN78 */
export const EXIT_CODES = { ok: 0, warning: 1, critical: 2, unknown: 3 } as const;
export type Level = keyof typeof EXIT_CODES;

/** What more than this is a warning. */
export interface StatusLimits {
  /** Microseconds; undefined: more than a recorder that keeps up. */
  readonly maxLag?: number | undefined;
  /** Events in the last hour; a gap of unknown size counts as one. */
  readonly maxLost: number;
}

export interface RecordingStatus {
  readonly level: Level;
  /** One line. */
  readonly message: string;
  readonly life: RecorderLife;
  /** How far what is recorded lies behind the present, microseconds; undefined: nothing was ever recorded. */
  readonly lagUs: number | undefined;
  readonly loss: Loss;
}

const HOUR_US = 3_600_000_000;

export function recordingStatus(
  database: Database.Database,
  file: string,
  nowUs: number,
  { maxLag, maxLost }: StatusLimits,
): RecordingStatus {
  const life = recorderHere(database, nowUs);
  const loss = lossBetween(database, { fromUs: nowUs - HOUR_US, toUs: nowUs });
  const lagUs = life.kind === 'none' ? undefined : Math.max(0, nowUs - life.run.lastUs);
  if (life.kind !== 'running' || lagUs === undefined) {
    const silence = recorderSilence(life, nowUs) ?? 'reason unknown';
    const what = isStalled(life) ? 'nothing is being written' : 'nothing records';
    return { level: 'critical', message: `${what} into ${file}: ${silence}`, life, lagUs, loss };
  }
  const isBehind = lagUs > (maxLag ?? expectedLagUs(life.run));
  const isLossy = loss.events + loss.uncounted > maxLost;
  return {
    level: isBehind || isLossy ? 'warning' : 'ok',
    message: `${recorderText(life.run, file)}, ${durationText(lagUs)} behind; ${lossText(loss)} in the last hour`,
    life,
    lagUs,
    loss,
  };
}

function recorderText({ pid, host, startedUs, source }: Run, file: string): string {
  const how = source === 'diag' ? ', from snapshots alone' : '';
  return `sstory[${pid}] on ${host} has recorded into ${file} since ${localTime(startedUs).slice(0, -7)}${how}`;
}

function lossText({ gaps, events, uncounted }: Loss): string {
  if (gaps === 0) return 'no events lost';
  const inGaps = gaps === 1 ? 'in a gap' : `in ${counted(gaps, 'gap')}`;
  if (uncounted === 0) return `${counted(events, 'event')} lost ${inGaps}`;
  return `${events === 0 ? 'an unknown number of events' : `at least ${counted(events, 'event')}`} lost ${inGaps}`;
}
