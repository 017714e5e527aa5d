import { TIMEWAIT_LIFE_US } from '../model/tcp-state.js';

/** About how many of the last ends the averages are of. */
const REMEMBERED = 256;
/** Where more of them end by something else than their timer, a question about a moment reads too many that had ended by then. */
const MOST_OTHERWISE = 0.75;
/** Where they live shorter than this, keeping them in compact form costs more than it saves, microseconds. */
const SHORT_US = 5_000_000;

/** How the last TIME-WAITs have ended: a host that uses its ports again at once does without what pays only for long ones. */
export class TimeWaitEnds {
  private otherwise = 0;
  private lifeUs = TIMEWAIT_LIFE_US;

  /** One has begun: those that end otherwise are compared with these, since the first timer is due only after a minute. */
  begin(): void {
    this.otherwise -= this.otherwise / REMEMBERED;
  }

  /** One has ended after so long; `byTimer`: as most do. */
  note(byTimer: boolean, lifeUs: number): void {
    if (!byTimer) this.otherwise += 1 / REMEMBERED;
    this.lifeUs += (lifeUs - this.lifeUs) / REMEMBERED;
  }

  /** Whether their timer ends enough of them. */
  get areForeseeable(): boolean {
    return this.otherwise <= MOST_OTHERWISE;
  }

  /** Whether they last for a while. */
  get areLong(): boolean {
    return this.lifeUs >= SHORT_US;
  }
}
