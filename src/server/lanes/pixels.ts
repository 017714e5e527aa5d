import type { Interval } from '../../model/interval.js';

/** The pixels of a range of time, drawn from left to right. */
export class Pixels {
  private readonly scale: number;

  constructor(
    readonly window: Interval,
    readonly width: number,
  ) {
    this.scale = width / (window.toUs - window.fromUs);
  }

  /** The pixel of a time; of one outside the range, the nearest. */
  at(us: number): number {
    const pixel = Math.floor((us - this.window.fromUs) * this.scale);
    return pixel < 0 ? 0 : pixel >= this.width ? this.width - 1 : pixel;
  }

  /** The last pixel that something has which begins and ends so: at least the one in which it begins. */
  last(fromUs: number, toUs: number): number {
    const pixel = Math.ceil((toUs - this.window.fromUs) * this.scale) - 1;
    const first = this.at(fromUs);
    return pixel < first ? first : pixel >= this.width ? this.width - 1 : pixel;
  }
}
