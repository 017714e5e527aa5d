import type { Gap } from '../../model/gap.js';
import type { GapMark } from '../contract.js';

/** Gaps as the page draws them. */
export function gapMarks(gaps: readonly Gap[]): GapMark[] {
  return gaps.map(({ fromUs, toUs, reason, scope, lost }) => ({
    from_us: fromUs,
    to_us: toUs,
    reason,
    scope,
    lost: lost ?? null,
  }));
}
