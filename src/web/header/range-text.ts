/** The range in words, and the words that choose one. */
import { parseTimeArgument } from '../../model/time-argument.js';
import { durationText, localTime } from '../../model/time-text.js';
import type { Range } from '../range.js';
import type { Moment, Selection } from '../selection-address.js';

export interface RangeChoice {
  readonly label: string;
  readonly from: `-${string}`;
}

export const RANGE_CHOICES: readonly RangeChoice[] = [
  { label: 'Last 5 min', from: '-5m' },
  { label: 'Last 15 min', from: '-15m' },
  { label: 'Last hour', from: '-1h' },
  { label: 'Last 6 hours', from: '-6h' },
  { label: 'Last 24 hours', from: '-24h' },
];

/** `2026-11-21 ` */
const DATE_LENGTH = 11;
const SECONDS_LENGTH = 19;
const RELATIVE = /^-\d+[smhdw]$/;
const IN_WORDS: Readonly<Record<string, string>> = { s: 's', m: 'min', h: 'h', d: 'd', w: 'weeks' };

/** `Last 15 min`, `14:02:00 - 14:17:00`, with the day where it is not that of `nowUs`. */
export function rangeText({ from, to }: Pick<Selection, 'from' | 'to'>, range: Range, nowUs: number): string {
  if (typeof from === 'string' && from !== 'now' && (to === undefined || to === 'now')) {
    const known = RANGE_CHOICES.find((choice) => choice.from === from)?.label;
    return known ?? `Last ${from.slice(1, -1)} ${IN_WORDS[from.slice(-1)] ?? ''}`;
  }
  return spanText(range.fromUs, range.toUs, nowUs);
}

/** Two times, the day only where it is another one than that of `nowUs`; fractions only of short spans. */
export function spanText(fromUs: number, toUs: number, nowUs: number): string {
  const today = localTime(nowUs).slice(0, DATE_LENGTH);
  const first = cut(fromUs, toUs - fromUs);
  const last = cut(toUs, toUs - fromUs);
  const shownFirst = first.startsWith(today) && last.startsWith(today) ? first.slice(DATE_LENGTH) : first;
  const shownLast = last.startsWith(first.slice(0, DATE_LENGTH)) ? last.slice(DATE_LENGTH) : last;
  return `${shownFirst} - ${shownLast}`;
}

/** A time without its day where that is the day of `nowUs`. */
export function momentText(us: number, nowUs: number): string {
  const text = localTime(us);
  return text.startsWith(localTime(nowUs).slice(0, DATE_LENGTH)) ? text.slice(DATE_LENGTH) : text;
}

export function lengthText({ fromUs, toUs }: Range): string {
  return durationText(toUs - fromUs);
}

function cut(us: number, spanUs: number): string {
  const text = localTime(us);
  if (spanUs >= 10e6) return text.slice(0, SECONDS_LENGTH);
  return spanUs >= 10e3 ? text.slice(0, SECONDS_LENGTH + 4) : text;
}

/**
 * What a person typed as one end of the range: `-10m` and `now` stay relative, everything else that `--since` takes is a time.
 * @throws SstoryError with the accepted forms
 */
export function typedMoment(text: string, context: { nowUs: number; startUs?: number; endUs?: number }): Moment {
  const typed = text.trim().toLowerCase();
  if (typed === '') return undefined;
  if (typed === 'now') return 'now';
  if (RELATIVE.test(typed)) return typed as `-${string}`;
  return parseTimeArgument(text, context).us;
}

/** A moment as it is shown in the field for it, and read again by `typedMoment`. */
export function typedText(moment: Moment, us: number): string {
  return typeof moment === 'string' ? moment : localTime(us).replace(/\.0+$/, '');
}

/** The zone of the browser at a time: `UTC+2`. */
export function zoneText(us: number): string {
  const minutes = -new Date(us / 1000).getTimezoneOffset();
  if (minutes === 0) return 'UTC';
  const hours = Math.floor(Math.abs(minutes) / 60);
  const rest = Math.abs(minutes) % 60;
  return `UTC${minutes < 0 ? '-' : '+'}${hours}${rest === 0 ? '' : `:${String(rest).padStart(2, '0')}`}`;
}
