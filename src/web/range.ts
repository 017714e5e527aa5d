/** The range of times that a selection means. */
import { FIRST_SHOWN_US } from '../model/first-shown.js';
import type { Info } from '../server/contract.js';
import type { Moment, Selection } from './selection-address.js';

export interface Range {
  readonly fromUs: number;
  readonly toUs: number;
  /** It moves with the clock. */
  readonly relative: boolean;
}

const UNIT_US: Readonly<Record<string, number>> = { s: 1e6, m: 60e6, h: 3600e6, d: 86400e6, w: 7 * 86400e6 };
/** The shortest range, so that a pixel is never less than a part of a microsecond. */
const SHORTEST_US = 1000;

/** The range of a selection, of what is recorded; undefined where nothing is. */
export function rangeOf(
  { from, to }: Pick<Selection, 'from' | 'to'>,
  { span, now_us, recording, fleet }: Info,
): Range | undefined {
  if (span === null) return undefined;
  // A second at a time: a finer clock would ask the server for every pixel.
  const nowUs = recording ? Math.ceil(now_us / 1e6) * 1e6 : Math.ceil(span.to_us);
  const endUs = to === undefined || to === 'now' ? nowUs : absolute(to, nowUs);
  const fromUs =
    from === undefined
      ? firstShown(span.from_us, endUs, (recording || fleet !== undefined) && typeof to !== 'number')
      : absolute(from, endUs);
  const relative = recording && (to === undefined || to === 'now');
  return { fromUs, toUs: Math.max(endUs, fromUs + SHORTEST_US), relative };
}

function firstShown(startUs: number, endUs: number, isGrowing: boolean): number {
  if (startUs >= endUs) return endUs - FIRST_SHOWN_US;
  return isGrowing ? Math.max(Math.floor(startUs), endUs - FIRST_SHOWN_US) : Math.floor(startUs);
}

function absolute(moment: Moment, nowUs: number): number {
  if (typeof moment === 'number') return moment;
  if (moment === undefined || moment === 'now') return nowUs;
  return nowUs - lengthUs(moment);
}

/** The length of `-15m`, microseconds. */
export function lengthUs(moment: `-${string}`): number {
  return Number(moment.slice(1, -1)) * (UNIT_US[moment.slice(-1)] ?? 0);
}
