/** Wall-clock time of a time zone, and the moments at which a clock there shows it. */

/** What a clock and a calendar show. Month 1 - 12; `us` is the fraction of the second, 0 - 999,999. */
export interface WallTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly us: number;
}

export interface Moment {
  /** Microseconds since the epoch. */
  readonly us: number;
  /** What had to be decided to get the moment, in a sentence. */
  readonly note?: string;
}

const DAY_MS = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

function format(timeZone: string | undefined): Intl.DateTimeFormat {
  const key = timeZone ?? '';
  let made = formats.get(key);
  if (made === undefined) {
    const two = '2-digit';
    made = new Intl.DateTimeFormat('en-US', {
      ...(timeZone === undefined ? {} : { timeZone }),
      hourCycle: 'h23',
      ...{ year: 'numeric', month: two, day: two, hour: two, minute: two, second: two },
    });
    formats.set(key, made);
  }
  return made;
}

/** What clocks in a time zone (default: this process's) show at a moment. */
export function wallTime(us: number, timeZone?: string): WallTime {
  const second = Math.floor(us / 1e6);
  const parts = new Map(
    format(timeZone)
      .formatToParts(second * 1000)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
  return {
    ...{ year: part('year'), month: part('month'), day: part('day') },
    ...{ hour: part('hour'), minute: part('minute'), second: part('second'), us: us - second * 1e6 },
  };
}

/**
 * The moment at which clocks in a time zone show `wall`. If they show it twice (clocks went back), it is the first; if they
 * never show it (clocks went forward), it is as long after the change as `wall` is after the skipped time began. Both have
 * a note.
 */
export function momentOfWallTime(wall: WallTime, timeZone?: string): Moment {
  const asUtcMs = utcMs(wall);
  // The offsets in force a day before and after: only a change between them can matter.
  const before = offsetMs(asUtcMs - DAY_MS, timeZone);
  const after = offsetMs(asUtcMs + DAY_MS, timeZone);
  const moments = [...new Set([asUtcMs - before, asUtcMs - after])]
    .filter((ms) => offsetMs(ms, timeZone) === asUtcMs - ms)
    .sort((a, b) => a - b);
  const [first, second] = moments;
  if (first === undefined) {
    const us = (asUtcMs - before) * 1000 + wall.us;
    return {
      us,
      note: `${clock(wall)} did not exist that day (clocks went forward): using ${clock(wallTime(us, timeZone))}`,
    };
  }
  const us = first * 1000 + wall.us;
  return second === undefined
    ? { us }
    : { us, note: `${clock(wall)} occurred twice that day (clocks went back): using the first` };
}

/** The moment at which clocks show `wall`, if they are `offsetMinutes` ahead of UTC. */
export function momentAtOffset(wall: WallTime, offsetMinutes: number): Moment {
  return { us: (utcMs(wall) - offsetMinutes * 60_000) * 1000 + wall.us };
}

/** The same time of day, some days later (or earlier). */
export function addDays(wall: WallTime, days: number): WallTime {
  const date = new Date(utcMs({ ...wall, day: wall.day + days }));
  return { ...wall, year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

/** Whether the time exists in a calendar and on a clock: 30 February and 24:00 do not. */
export function isWallTime(wall: WallTime): boolean {
  const date = new Date(utcMs(wall));
  return (
    date.getUTCMonth() + 1 === wall.month &&
    date.getUTCDate() === wall.day &&
    wall.hour < 24 &&
    wall.minute < 60 &&
    wall.second < 60
  );
}

/** How far clocks in the zone are ahead of UTC. */
function offsetMs(ms: number, timeZone: string | undefined): number {
  return utcMs(wallTime(ms * 1000, timeZone)) - Math.floor(ms / 1000) * 1000;
}

/** The moment at which clocks set to UTC show `wall`, without its fraction. */
function utcMs(wall: WallTime): number {
  return Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute, wall.second);
}

function clock(wall: WallTime): string {
  return `${String(wall.hour).padStart(2, '0')}:${String(wall.minute).padStart(2, '0')}`;
}
