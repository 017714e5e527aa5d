/** How the clocks of two hosts differ, as both measured theirs against the server's. */
import type { Basis } from '../basis.js';

export interface ClockDifference {
  /** The other host's clock minus this one's, microseconds. */
  readonly offsetUs: number;
  /** How far that may be wrong. */
  readonly errorUs: number;
  readonly isMeasured: boolean;
}

/** Clocks that were not measured are taken to be that close to each other, microseconds: NTP keeps them closer. */
export const UNMEASURED_US = 2_000_000;

const SAME: ClockDifference = { offsetUs: 0, errorUs: 0, isMeasured: true };

export function clockDifference({ hosts }: Basis, here: string, there: string): ClockDifference {
  if (here === there) return SAME;
  const [a, b] = [here, there].map((machine) => hosts.find((host) => host.machine === machine));
  if (a?.clockOffsetUs === undefined || b?.clockOffsetUs === undefined)
    return { offsetUs: 0, errorUs: UNMEASURED_US, isMeasured: false };
  return {
    offsetUs: b.clockOffsetUs - a.clockOffsetUs,
    errorUs: (a.clockErrorUs ?? 0) + (b.clockErrorUs ?? 0),
    isMeasured: true,
  };
}

/** By how much the time of any host's row can differ from that of a host, at most, microseconds. */
export function widestDifferenceUs(basis: Basis, here: string): number {
  const widths = basis.hosts.map(({ machine }) => {
    const { offsetUs, errorUs } = clockDifference(basis, here, machine);
    return Math.abs(offsetUs) + errorUs;
  });
  return Math.max(UNMEASURED_US, ...widths);
}
