/** Times as people read them: local wall clock, microseconds. */

let cachedSecond = Number.NaN;
let cachedText = '';
let cachedIsoSecond = Number.NaN;
let cachedIsoText = '';

/** `2026-11-21 02:13:33.123456` in the local time zone. */
export function localTime(us: number): string {
  const second = Math.floor(us / 1e6);
  if (second !== cachedSecond) {
    cachedSecond = second;
    cachedText = secondText(new Date(second * 1000));
  }
  return cachedText + fraction(us - second * 1e6);
}

let cachedZoneSecond = Number.NaN;
let cachedZone = '';

/** The same with its zone: `2026-11-21 02:13:33.123456+01:00`, or `...Z` in UTC. A time argument reads it. */
export function zonedTime(us: number): string {
  const second = Math.floor(us / 1e6);
  if (second !== cachedZoneSecond) {
    cachedZoneSecond = second;
    cachedZone = zoneText(-new Date(second * 1000).getTimezoneOffset());
  }
  return localTime(us) + cachedZone;
}

/** `+01:00` of 60 minutes. */
function zoneText(minutes: number): string {
  if (minutes === 0) return 'Z';
  const two = (n: number) => String(Math.trunc(n)).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${two(Math.abs(minutes) / 60)}:${two(Math.abs(minutes) % 60)}`;
}

/** `.000042` of 42. */
function fraction(us: number): string {
  // Adding a digit in front and cutting it off again is three times as fast as padStart().
  return `.${String(us + 1_000_000).slice(1)}`;
}

function secondText(date: Date): string {
  const two = (n: number) => String(n).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** `2026-11-21T02:13:33.123456Z`: ISO 8601 in UTC. */
export function isoTime(us: number): string {
  const second = Math.floor(us / 1e6);
  if (second !== cachedIsoSecond) {
    cachedIsoSecond = second;
    cachedIsoText = new Date(second * 1000).toISOString().slice(0, 19);
  }
  return `${cachedIsoText}${fraction(us - second * 1e6)}Z`;
}

/** A length of time in the two largest units that say something: `812us`, `3.4ms`, `12.1s`, `4m10s`, `3h2m`, `2d4h`. */
export function durationText(us: number): string {
  if (us < 1_000) return `${Math.round(us)}us`;
  if (us < 1_000_000) return `${trim(us / 1e3)}ms`;
  if (us < 60_000_000) return `${trim(us / 1e6)}s`;
  const seconds = Math.floor(us / 1e6);
  if (seconds < 3_600) return pair(seconds, 60, 'm', 's');
  if (seconds < 86_400) return pair(Math.floor(seconds / 60), 60, 'h', 'm');
  return pair(Math.floor(seconds / 3_600), 24, 'd', 'h');
}

function trim(value: number): string {
  return value < 10 ? value.toFixed(2).replace(/\.?0+$/, '') : value.toFixed(1).replace(/\.0$/, '');
}

function pair(value: number, size: number, large: string, small: string): string {
  const rest = value % size;
  return `${Math.floor(value / size)}${large}${rest === 0 ? '' : `${rest}${small}`}`;
}
