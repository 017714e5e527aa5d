import { PAINTS, type Run } from '../contract.js';
import type { Pixels } from './pixels.js';

/** The connections of a group as pixels: how many there are, and the worst that one of them shows. */
export class HeatCanvas {
  /** Of each paint and pixel: how many parts begin there, less those that ended before. */
  private readonly changes: Int32Array;
  /** The same of lives. */
  private readonly lives: Int32Array;
  private readonly row: number;

  constructor(
    private readonly pixels: Pixels,
    private readonly knownUs: number,
  ) {
    this.row = pixels.width + 1;
    this.changes = new Int32Array(this.row * PAINTS.length);
    this.lives = new Int32Array(this.row);
  }

  /** Draws a part of a connection, as far as it is in the range. */
  put(fromUs: number, toUs: number, paint: number): void {
    this.add(this.changes, paint * this.row, fromUs, toUs);
  }

  /** Counts a connection, from its opening to its end. */
  count(openedUs: number, closedUs: number): void {
    this.add(this.lives, 0, openedUs, closedUs);
  }

  private add(changes: Int32Array, start: number, fromUs: number, toUs: number): void {
    const { window } = this.pixels;
    const endUs = Math.max(fromUs, Math.min(toUs, this.knownUs));
    if (fromUs > window.toUs || endUs < window.fromUs) return;
    const first = start + this.pixels.at(fromUs);
    const end = start + this.pixels.last(fromUs, endUs) + 1;
    changes[first] = (changes[first] ?? 0) + 1;
    changes[end] = (changes[end] ?? 0) - 1;
  }

  /** What is drawn, and an empty canvas again. */
  take(): Run[] {
    const runs: Run[] = [];
    const { changes, lives, row } = this;
    const there = new Int32Array(PAINTS.length);
    let count = 0;
    for (let pixel = 0; pixel < row - 1; pixel++) {
      count += lives[pixel] ?? 0;
      let worst: number = PAINTS.length;
      for (let paint = PAINTS.length - 1; paint >= 0; paint--) {
        const now = (there[paint] ?? 0) + (changes[paint * row + pixel] ?? 0);
        there[paint] = now;
        if (now > 0) worst = paint;
      }
      if (worst === PAINTS.length) continue;
      const last = runs.at(-1);
      if (last !== undefined && last[1] === pixel && last[2] === worst && last[3] === count) last[1] = pixel + 1;
      else runs.push([pixel, pixel + 1, worst, count]);
    }
    changes.fill(0);
    lives.fill(0);
    return runs;
  }
}
