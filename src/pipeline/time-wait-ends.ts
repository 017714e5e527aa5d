/** About how many of the last ends the averages are of. */
const REMEMBERED = 256;
/** Where more of them end by something else than their timer, a question about a moment reads too many that had ended by then. */
const MOST_OTHERWISE = 0.75;

/** How the last TIME-WAITs have ended: on a host that uses its ports again at once, no end is foreseen. */
export class TimeWaitEnds {
  private otherwise = 0;

  /** One has begun: those that end otherwise are compared with these, since the first timer is due only after a minute. */
  begin(): void {
    this.otherwise -= this.otherwise / REMEMBERED;
  }

  /** One has ended otherwise than by its timer. */
  noteOther(): void {
    this.otherwise += 1 / REMEMBERED;
  }

  /** Whether their timer ends enough of them. */
  get areForeseeable(): boolean {
    return this.otherwise <= MOST_OTHERWISE;
  }
}
