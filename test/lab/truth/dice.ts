/** Random choices that a seed repeats. */
export class Dice {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** From 0 up to 1 (mulberry32). */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 0x1_0000_0000;
  }

  /** A whole number from 0 up to, not including, `end`. */
  below(end: number): number {
    return Math.floor(this.next() * end);
  }

  chance(share: number): boolean {
    return this.next() < share;
  }

  /** One of them; undefined where there are none. */
  pick<T>(all: readonly T[]): T | undefined {
    return all[this.below(all.length)];
  }

  /** One of at least one. */
  one<T>(first: T, ...rest: readonly T[]): T {
    return this.pick([first, ...rest]) ?? first;
  }

  /** One of them, by their weights; undefined where all weights are 0. */
  weighted<T extends { readonly weight: number }>(all: readonly T[]): T | undefined {
    let left = this.next() * all.reduce((sum, { weight }) => sum + weight, 0);
    return all.find(({ weight }) => {
      left -= weight;
      return left < 0;
    });
  }
}
