/** The marks of a time axis: at round times of the browser's zone, with labels that say no more than what changes. */
import { lengthOf, type Span } from './time-scale.js';

export interface Tick {
  readonly us: number;
  readonly label: string;
  /** The larger unit begins here, as a day or a second does. */
  readonly major: boolean;
}

const SECOND = 1e6;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const DECIMAL_STEPS = [1, 10, 100, 1e3, 1e4, 1e5].flatMap((unit) => [unit, 2 * unit, 5 * unit]);
const STEPS = [
  ...DECIMAL_STEPS,
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 7, 14, 28, 91, 182, 364].map((n) => n * DAY),
];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Ticks of a span that is `width` pixels wide, at least `spacing` pixels apart. */
export function ticksOf(span: Span, width: number, spacing = 76): Tick[] {
  const leastUs = (lengthOf(span) / Math.max(1, width)) * spacing;
  const stepUs = STEPS.find((step) => step >= leastUs) ?? 364 * DAY;
  const times = stepUs >= DAY ? dayTimes(span, stepUs / DAY) : evenTimes(span, stepUs);
  return times.map((us, index) => {
    const major = isMajor(us, stepUs);
    return { us, major, label: index === 0 && !major ? fullLabel(us, stepUs) : labelOf(us, stepUs, major) };
  });
}

function evenTimes({ fromUs, toUs }: Span, stepUs: number): number[] {
  const zoneUs = zoneOffsetUs(fromUs);
  const times: number[] = [];
  for (let us = Math.ceil((fromUs + zoneUs) / stepUs) * stepUs - zoneUs; us <= toUs; us += stepUs) times.push(us);
  return times;
}

/** Midnights, which are not always 24 hours apart. */
function dayTimes({ fromUs, toUs }: Span, days: number): number[] {
  const date = new Date(fromUs / 1e3);
  date.setHours(0, 0, 0, 0);
  // Counted from a fixed day, so that the marks stay where they are while the span moves.
  const since = Math.round((date.getTime() * 1e3 + zoneOffsetUs(fromUs)) / DAY);
  date.setDate(date.getDate() + (Math.ceil(since / days) * days - since));
  const times: number[] = [];
  for (; date.getTime() * 1e3 <= toUs; date.setDate(date.getDate() + days)) {
    if (date.getTime() * 1e3 >= fromUs) times.push(date.getTime() * 1e3);
  }
  return times;
}

function zoneOffsetUs(us: number): number {
  return -new Date(us / 1e3).getTimezoneOffset() * MINUTE;
}

function isMajor(us: number, stepUs: number): boolean {
  const date = new Date(Math.floor(us / 1e3));
  if (stepUs >= DAY) return date.getDate() === 1;
  if (stepUs >= SECOND) return date.getHours() === 0 && date.getMinutes() === 0 && us % MINUTE === 0;
  return us % SECOND === 0;
}

const two = (n: number) => String(n).padStart(2, '0');
const dayLabel = (date: Date) => `${MONTHS[date.getMonth()]} ${date.getDate()}`;
const clockLabel = (date: Date) => `${two(date.getHours())}:${two(date.getMinutes())}`;

function labelOf(us: number, stepUs: number, major: boolean): string {
  const date = new Date(Math.floor(us / 1e3));
  if (stepUs >= DAY) return major && date.getMonth() === 0 ? String(date.getFullYear()) : dayLabel(date);
  if (stepUs >= SECOND && major) return dayLabel(date);
  if (stepUs >= MINUTE) return clockLabel(date);
  if (stepUs >= SECOND || major) return `${clockLabel(date)}:${two(date.getSeconds())}`;
  return fractionLabel(us, stepUs);
}

/** Of the first tick: where the others are, too. */
function fullLabel(us: number, stepUs: number): string {
  const date = new Date(Math.floor(us / 1e3));
  if (stepUs >= DAY) return dayLabel(date);
  if (stepUs >= SECOND) return `${dayLabel(date)} ${labelOf(us, stepUs, false)}`;
  return `${clockLabel(date)}:${two(date.getSeconds())}${fractionLabel(us, stepUs)}`;
}

function fractionLabel(us: number, stepUs: number): string {
  const digits = Math.max(1, 6 - Math.floor(Math.log10(stepUs) + 1e-9));
  const fraction = Math.round(((us % SECOND) + SECOND) % SECOND);
  return `.${String(fraction).padStart(6, '0').slice(0, digits)}`;
}
