import type { Interval } from '../model/interval.js';

/** Something that lasted. */
interface Lasting {
  readonly sinceUs: number;
  readonly untilUs: number | null;
}

export interface Moment<T> {
  readonly atUs: number;
  /** What had lasted long enough by then, the oldest first. */
  readonly present: readonly T[];
}

/**
 * The moment of a window at which most of them were there, each for `ripeUs` or longer; among those at which so many, the oldest of this
 * age, count. Undefined: they never do. `intervals`: in order of their beginnings.
 */
export function worstMoment<T extends Lasting>(
  intervals: readonly T[],
  { fromUs, toUs }: Interval,
  ripeUs: number,
  counts: (n: number, oldestAgeUs: number) => boolean,
): Moment<T> | undefined {
  const endOf = ({ untilUs }: T) => Math.min(untilUs ?? toUs, toUs);
  // The most are there just before one of them ends, and the oldest is then as old as it gets.
  const byEnd = [...intervals].sort((a, b) => endOf(a) - endOf(b));
  let [begun, ended, oldest] = [0, 0, 0];
  let worst: { atUs: number; n: number } | undefined;
  for (const each of byEnd) {
    const atUs = Math.max(endOf(each), fromUs);
    while (begun < intervals.length && (intervals[begun]?.sinceUs ?? 0) + ripeUs <= atUs) begun++;
    while (oldest < begun && (intervals[oldest] === undefined || endOf(intervals[oldest] as T) < atUs)) oldest++;
    const n = begun - ended;
    const ageUs = atUs - (intervals[oldest]?.sinceUs ?? atUs);
    if (n > (worst?.n ?? 0) && counts(n, ageUs)) worst = { atUs, n };
    ended++;
  }
  if (worst === undefined) return undefined;
  const { atUs } = worst;
  return { atUs, present: intervals.filter((each) => each.sinceUs + ripeUs <= atUs && endOf(each) >= atUs) };
}
