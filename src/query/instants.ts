/** Instants at equal distances, at which a history is looked at. */
import type { Interval } from '../model/interval.js';

export interface Instants {
  readonly firstUs: number;
  readonly stepUs: number;
  readonly count: number;
}

const [SECOND, MINUTE, HOUR, DAY] = [1e6, 60e6, 3_600e6, 86_400e6];
/** Distances that people can add up. */
const ROUND_STEPS: readonly number[] = [
  ...[1, 10, 100, 1e3, 1e4, 1e5].flatMap((power) => [power, 2 * power, 5 * power]),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE),
  ...[1, 2, 3, 6, 12].map((count) => count * HOUR),
  ...[1, 2, 7, 14, 28, 84, 364].map((count) => count * DAY),
];

/** The shortest round distance that makes no more instants than this. */
export function roundStep({ fromUs, toUs }: Interval, most: number): number {
  const leastUs = (toUs - fromUs) / most;
  return ROUND_STEPS.find((step) => step >= leastUs) ?? Math.ceil(leastUs / (364 * DAY)) * 364 * DAY;
}

/**
 * The multiples of a distance within a window, as a clock shows them that is `offsetUs` ahead of UTC; the end of the window where
 * there is none.
 */
export function instantsIn({ fromUs, toUs }: Interval, stepUs: number, offsetUs: number): Instants {
  const firstUs = Math.ceil((fromUs + offsetUs) / stepUs) * stepUs - offsetUs;
  if (firstUs > toUs) return { firstUs: toUs, stepUs, count: 1 };
  return { firstUs, stepUs, count: Math.floor((toUs - firstUs) / stepUs) + 1 };
}

export function instantAt({ firstUs, stepUs }: Instants, index: number): number {
  return firstUs + index * stepUs;
}
