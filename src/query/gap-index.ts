import type { Gap } from '../model/gap.js';

/** Finds the gaps that touch an interval without looking at all of them. */
export class GapIndex {
  /** The latest end among the gaps up to each. */
  private readonly latestEnd: readonly number[];

  constructor(private readonly gaps: readonly Gap[]) {
    let latest = 0;
    this.latestEnd = gaps.map((gap) => {
      latest = Math.max(latest, gap.toUs);
      return latest;
    });
  }

  touching(fromUs: number, toUs: number): Gap[] {
    const found: Gap[] = [];
    for (let index = this.countBegunBy(toUs) - 1; index >= 0; index--) {
      if ((this.latestEnd[index] ?? 0) < fromUs) break;
      const gap = this.gaps[index];
      if (gap !== undefined && gap.toUs >= fromUs) found.push(gap);
    }
    return found.reverse();
  }

  private countBegunBy(us: number): number {
    let low = 0;
    let high = this.gaps.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.gaps[middle]?.fromUs ?? 0) <= us) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
