import { usageError } from './error.js';

/** Microseconds of each unit. `m` is always a minute; months and years have no fixed length and are not accepted. */
const UNIT_US: ReadonlyMap<string, number> = new Map(
  (
    [
      [0.001, 'ns nsec nanosecond nanoseconds'],
      [1, 'us µs μs usec microsecond microseconds'],
      [1e3, 'ms msec millisecond milliseconds'],
      [1e6, 's sec secs second seconds'],
      [60e6, 'm min mins minute minutes'],
      [3_600e6, 'h hr hrs hour hours'],
      [86_400e6, 'd day days'],
      [604_800e6, 'w week weeks'],
    ] as const
  ).flatMap(([us, names]) => names.split(' ').map((name) => [name, us] as const)),
);

/** The two signs of micro are written as numbers: V8 keeps a program with one character beyond Latin-1 in twice the memory. */
const PIECE = /(\d+(?:\.\d+)?)\s*([a-z\u00b5\u03bc]+)\s*/gy;

/**
 * Microseconds in a span of time such as `10s`, `1h30m`, `1.5 hours`, `2 days 3 hr`: numbers with units, and nothing else;
 * otherwise undefined.
 */
export function parseSpan(text: string): number | undefined {
  const trimmed = text.trim().toLowerCase();
  if (trimmed === '') return undefined;
  let us = 0;
  let end = 0;
  for (const piece of trimmed.matchAll(PIECE)) {
    const unit = UNIT_US.get(piece[2] ?? '');
    if (unit === undefined) return undefined;
    us += Number(piece[1]) * unit;
    end = piece.index + piece[0].length;
  }
  const rounded = Math.round(us);
  return end === trimmed.length && Number.isSafeInteger(rounded) ? rounded : undefined;
}

/** Microseconds in the argument of `--interval`, `--duration`, `--retain`; throws a usage error if the text is not a duration. */
export function parseDuration(text: string): number {
  const us = parseSpan(text);
  if (us !== undefined) return us;
  const hint = 'a number and a unit: 500ms, 10s, 1h30m, 7d (ns us ms s m h d w)';
  throw usageError('bad-duration', `invalid duration "${text}"`, hint);
}
