import { setTimeout as delay } from 'node:timers/promises';
import type { Speed } from '../../query/replay/speed.js';

/** Longer waits are split: setTimeout() takes 31 bits of milliseconds. */
const LONGEST_WAIT_MS = 3_600_000;

/** Maps recorded time to the present, at a speed. */
export class Metronome {
  private readonly startedMs = performance.now();

  constructor(
    private readonly speed: Speed,
    private readonly fromUs: number,
  ) {}

  /** Whether it is still too early for what happened at `atUs`. */
  mustWait(atUs: number): boolean {
    return this.speed !== Number.POSITIVE_INFINITY && this.leftMs(atUs) > 0;
  }

  async wait(atUs: number): Promise<void> {
    for (let left = this.leftMs(atUs); left > 0; left = this.leftMs(atUs)) await delay(Math.min(left, LONGEST_WAIT_MS));
  }

  private leftMs(atUs: number): number {
    return this.startedMs + (atUs - this.fromUs) / 1e3 / this.speed - performance.now();
  }
}
