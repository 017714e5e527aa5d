import type { Speed } from './speed.js';

/**
 * Where in recorded time a replay is, as time goes by now. Recorded times are microseconds since the epoch; those of now
 * are milliseconds of a clock that only goes forward, and are passed in.
 */
export class Playback {
  private anchorMs: number;

  constructor(
    private anchorUs: number,
    nowMs: number,
    private pace: Speed,
    private stopped = false,
  ) {
    this.anchorMs = nowMs;
  }

  get speed(): Speed {
    return this.pace;
  }

  get paused(): boolean {
    return this.stopped;
  }

  /** Up to where it should have come; Infinity at the speed max. */
  dueUs(nowMs: number): number {
    if (this.stopped) return this.anchorUs;
    if (this.pace === Number.POSITIVE_INFINITY) return this.pace;
    return this.anchorUs + Math.floor((nowMs - this.anchorMs) * 1e3 * this.pace);
  }

  /** It is there now: after a jump, or where reading could not keep up. */
  moveTo(us: number, nowMs: number): void {
    this.anchorUs = us;
    this.anchorMs = nowMs;
  }

  /** `atUs`: where it is as it stops or goes on. */
  setPaused(paused: boolean, atUs: number, nowMs: number): void {
    this.moveTo(atUs, nowMs);
    this.stopped = paused;
  }

  setSpeed(speed: Speed, atUs: number, nowMs: number): void {
    this.moveTo(atUs, nowMs);
    this.pace = speed;
  }
}
