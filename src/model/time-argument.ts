/**
 * The times that people type: `--at`, `--since`, `--until`.
 *
 *     TIME  := BASE [ ("+" | "-") SPAN ]  |  SPAN "ago"  |  "-" SPAN  |  "+" SPAN  |  SPAN        a bare span is ago
 *     BASE  := "now" | "start" | "end"                                     the first and the last recorded moment
 *            | ("today" | "yesterday" | "tomorrow") [ CLOCK ]              00:00 local without a time of day
 *            | CLOCK                                                       today, or yesterday if that is in the future
 *            | YYYY-MM-DD [ ("T" | " ") CLOCK [ "Z" | ("+" | "-") HH[:MM] ] ]
 *            | "@" SECONDS [ "." FRACTION ]  |  10, 13, 16 or 19 digits    s, ms, us, ns since the epoch
 *     CLOCK := HH:MM [ ":" SS [ "." FRACTION ] ]                           up to 9 digits, cut to microseconds
 *
 * Strict: the whole text must match. Parsers that guess (approxidate, chrono) read `10m ago` as a day of the month, or ignore
 * the Z and the microseconds that sstory itself prints.
 */
import { parseSpan } from './duration.js';
import { usageError } from './error.js';
import {
  addDays,
  isWallTime,
  type Moment,
  momentAtOffset,
  momentOfWallTime,
  type WallTime,
  wallTime,
} from './zoned-time.js';

interface TimeContext {
  /** Microseconds since the epoch, as all others here. */
  readonly nowUs: number;
  /** The first and the last recorded moment; without them `start` and `end` are errors. */
  readonly startUs?: number | undefined;
  readonly endUs?: number | undefined;
  /** IANA name; the process's own zone by default. */
  readonly timeZone?: string | undefined;
}

/** The moment that a time argument means, in whole microseconds. Its note says what had to be decided (a time of day read as
 * yesterday's, an hour that occurred twice). Throws a usage error (exit code 2) that lists the accepted forms. */
export function parseTimeArgument(text: string, context: TimeContext): Moment {
  const wanted = text.trim().toLowerCase();
  if (wanted.length > MOST_CHARACTERS) {
    throw usageError(
      'bad-time',
      `invalid time "${text.slice(0, MOST_CHARACTERS)}..." (${wanted.length} characters)`,
      ACCEPTED,
    );
  }
  const parsed = parseSpanFromNow(wanted, context) ?? parseBase(wanted, context) ?? parseShifted(wanted, context);
  if (parsed !== undefined && Number.isSafeInteger(parsed.us)) return parsed;
  throw usageError('bad-time', `invalid time "${text}"`, ACCEPTED);
}

/** The longest time has half of it. Patterns that skip white space take quadratic time. */
const MOST_CHARACTERS = 100;

const ACCEPTED =
  "now, today, yesterday 14:05, 14:05:30.123456, '10 min ago', -1h30m, 2d, +5m, 2026-11-20, 2026-11-20T14:05:30.123Z, " +
  '@1763647530.5, start, end, end-10m';

function parseSpanFromNow(text: string, { nowUs }: TimeContext): Moment | undefined {
  const [, sign = '', span = '', ago] = /^([+-]?)(.*?)(\s+ago)?$/.exec(text) ?? [];
  const us = parseSpan(span);
  if (us === undefined || (sign !== '' && ago !== undefined)) return undefined;
  return { us: Math.floor(nowUs) + (sign === '+' ? us : -us) };
}

/** A base and a span: `end-10m`, `now - 1h`, `yesterday 14:05 + 30s`. */
function parseShifted(text: string, context: TimeContext): Moment | undefined {
  const [, base = '', sign, span = ''] = /^(.*[^\s+-])\s*([+-])([^+-]+)$/.exec(text) ?? [];
  const us = parseSpan(span);
  const moment = us === undefined ? undefined : parseBase(base, context);
  if (us === undefined || moment === undefined) return undefined;
  return { ...moment, us: moment.us + (sign === '+' ? us : -us) };
}

function parseBase(text: string, context: TimeContext): Moment | undefined {
  if (text === 'now') return { us: Math.floor(context.nowUs) };
  if (text === 'start' || text === 'end') return recordingBound(text, context);
  return parseEpoch(text) ?? parseDay(text, context) ?? parseClock(text, context) ?? parseIso(text, context);
}

function recordingBound(which: 'start' | 'end', context: TimeContext): Moment {
  const us = which === 'start' ? context.startUs : context.endUs;
  if (us !== undefined) return { us: Math.floor(us) };
  throw usageError('no-recording', `"${which}" is the ${which} of the history, but nothing is recorded here`);
}

/** By the number of digits of a bare number since the epoch: how to convert it to microseconds. */
const EPOCH_DIGITS: ReadonlyMap<number, (value: bigint) => bigint> = new Map<number, (value: bigint) => bigint>([
  [10, (seconds) => seconds * 1_000_000n],
  [13, (ms) => ms * 1_000n],
  [16, (us) => us],
  [19, (ns) => ns / 1_000n],
]);

function parseEpoch(text: string): Moment | undefined {
  const [, seconds, fraction] = /^@(\d{1,12})(?:\.(\d{1,9}))?$/.exec(text) ?? [];
  if (seconds !== undefined) return { us: Number(seconds) * 1e6 + fractionUs(fraction) };
  const toUs = /^\d+$/.test(text) ? EPOCH_DIGITS.get(text.length) : undefined;
  return toUs === undefined ? undefined : { us: Number(toUs(BigInt(text))) };
}

const DAYS: ReadonlyMap<string, number> = new Map([
  ['yesterday', -1],
  ['today', 0],
  ['tomorrow', 1],
]);

const CLOCK = '(\\d{1,2}):(\\d{2})(?::(\\d{2})(?:[.,](\\d{1,9}))?)?';
const DAY_CLOCK = new RegExp(`^(yesterday|today|tomorrow)(?:\\s+${CLOCK})?$`);
const BARE_CLOCK = new RegExp(`^${CLOCK}$`);
const ISO = new RegExp(`^(\\d{4})-(\\d{2})-(\\d{2})(?:(?:t|\\s+)${CLOCK}\\s*(z|[+-]\\d{2}(?::?\\d{2})?)?)?$`);

/** The time of day in the four groups of CLOCK, on the date of `day`. */
function atClock(day: WallTime, groups: readonly (string | undefined)[]): WallTime {
  const [hour = '0', minute = '0', second = '0', fraction] = groups;
  return { ...day, hour: Number(hour), minute: Number(minute), second: Number(second), us: fractionUs(fraction) };
}

function parseDay(text: string, { nowUs, timeZone }: TimeContext): Moment | undefined {
  const match = DAY_CLOCK.exec(text);
  const days = DAYS.get(match?.[1] ?? '');
  if (match === null || days === undefined) return undefined;
  return momentOf(atClock(addDays(wallTime(nowUs, timeZone), days), match.slice(2)), timeZone);
}

function parseClock(text: string, { nowUs, timeZone }: TimeContext): Moment | undefined {
  const match = BARE_CLOCK.exec(text);
  if (match === null) return undefined;
  const wall = atClock(wallTime(nowUs, timeZone), match.slice(1));
  const today = momentOf(wall, timeZone);
  if (today === undefined || today.us <= nowUs) return today;
  const yesterday = momentOfWallTime(addDays(wall, -1), timeZone);
  const note = `${text} is in the future today: using yesterday's`;
  return { us: yesterday.us, note: yesterday.note === undefined ? note : `${note}; ${yesterday.note}` };
}

function parseIso(text: string, { timeZone }: TimeContext): Moment | undefined {
  const match = ISO.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0] = match.slice(1, 4).map(Number);
  const wall = atClock({ year, month, day, hour: 0, minute: 0, second: 0, us: 0 }, match.slice(4, 8));
  const offset = match[8];
  if (offset === undefined) return momentOf(wall, timeZone);
  const minutes = offsetMinutes(offset);
  return isWallTime(wall) && minutes !== undefined ? momentAtOffset(wall, minutes) : undefined;
}

function momentOf(wall: WallTime, timeZone: string | undefined): Moment | undefined {
  return isWallTime(wall) ? momentOfWallTime(wall, timeZone) : undefined;
}

/** `Z`, `+02`, `+0200`, `-03:30`. */
function offsetMinutes(text: string): number | undefined {
  if (text === 'z') return 0;
  const [hours, minutes] = [Number(text.slice(1, 3)), Number(text.slice(3).replace(':', '') || '0')];
  if (hours > 23 || minutes > 59) return undefined;
  return (text.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}

/** Digits after a decimal point of seconds, as microseconds: truncated, not rounded, so that the result is never later than the text. */
function fractionUs(digits: string | undefined): number {
  return Number((digits ?? '').padEnd(6, '0').slice(0, 6));
}
