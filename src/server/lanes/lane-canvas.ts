import type { Run } from '../contract.js';
import type { Pixels } from './pixels.js';

const EMPTY = 255;

/** A lane as pixels: where several parts share one, the worst wins it. */
export class LaneCanvas {
  private readonly paints: Uint8Array;
  private readonly certainties: Uint8Array;

  constructor(
    private readonly pixels: Pixels,
    /** Up to where the history is known. */
    private readonly knownUs: number,
  ) {
    this.paints = new Uint8Array(pixels.width).fill(EMPTY);
    this.certainties = new Uint8Array(pixels.width);
  }

  /** Draws a part, as far as it is in the range. */
  readonly put = (fromUs: number, toUs: number, paint: number, certainty: number): void => {
    const { window } = this.pixels;
    const endUs = Math.max(fromUs, Math.min(toUs, this.knownUs));
    if (fromUs > window.toUs || endUs < window.fromUs) return;
    const last = this.pixels.last(fromUs, endUs);
    for (let pixel = this.pixels.at(fromUs); pixel <= last; pixel++) {
      const there = this.paints[pixel] ?? EMPTY;
      if (paint > there || (paint === there && certainty >= (this.certainties[pixel] ?? 0))) continue;
      this.paints[pixel] = paint;
      this.certainties[pixel] = certainty;
    }
  };

  /** What is drawn, and an empty canvas again. */
  take(): Run[] {
    const runs: Run[] = [];
    const { paints, certainties } = this;
    for (let pixel = 0; pixel < paints.length; ) {
      const paint = paints[pixel] ?? EMPTY;
      const certainty = certainties[pixel] ?? 0;
      const first = pixel;
      do pixel++;
      while (pixel < paints.length && paints[pixel] === paint && certainties[pixel] === certainty);
      if (paint !== EMPTY) runs.push([first, pixel, paint, certainty]);
    }
    paints.fill(EMPTY);
    return runs;
  }
}
