import type { Loss } from '../model/probe-event.js';
import { bootTimeUs, wallOffsetUs } from '../sys/clock.js';

/** NTP slews a clock by 50 us between two drains at most: what is more was set. */
const CLOCK_STEP_US = 1_000;

/** Follows the wall clock's offset to the boot clock, and reports its steps. */
export class ClockSteps {
  private lastOffsetUs = wallOffsetUs();

  /** Wall clock minus boot clock now, microseconds, and a loss of nothing where it was stepped since the last call. */
  take(): { readonly offsetUs: number; readonly steps: readonly Loss[] } {
    const last = this.lastOffsetUs;
    const isStep = (offset: number) => Math.abs(offset - last) > CLOCK_STEP_US;
    let offsetUs = wallOffsetUs();
    // A host under load can disturb one reading by as much.
    if (isStep(offsetUs)) offsetUs = wallOffsetUs();
    this.lastOffsetUs = offsetUs;
    if (!isStep(offsetUs)) return { offsetUs, steps: [] };
    const bootUs = bootTimeUs();
    return { offsetUs, steps: [{ fromBootUs: bootUs, toBootUs: bootUs, cpu: undefined, lost: 0, reason: 'clock' }] };
  }
}
