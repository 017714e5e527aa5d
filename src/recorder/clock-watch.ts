import type { Gap } from '../model/gap.js';
import type { ClockStep } from '../model/run.js';
import type { CorrelatorInput } from '../pipeline/correlator.js';

/** What two readings of the clocks may differ by, microseconds. */
const STEP_US = 1_000;
/** Without a step the wall clock runs at most this much faster or slower than the boot clock (adjtimex(2): 500 ppm each of slew and tick). */
const MOST_SLEW = 0.001;

/** Follows the wall clock by the offset to the boot clock that each batch of events, or each dump, brings, and finds its steps. */
export class ClockWatch {
  private last: { readonly bootUs: number; readonly offsetUs: number } | undefined;

  /** `kind`: the inputs to look at. Those of two kinds come in another order than they were made. */
  constructor(private readonly kind: 'probe' | 'snapshot') {}

  /** The step between the last such input and this one. */
  stepBefore(input: CorrelatorInput): ClockStep | undefined {
    if (input.kind !== this.kind || (input.kind !== 'probe' && input.kind !== 'snapshot')) return undefined;
    const bootUs = input.kind === 'probe' ? input.throughBootUs : input.endBootUs;
    const { offsetUs } = input;
    const last = this.last ?? { bootUs, offsetUs };
    this.last = { bootUs, offsetUs };
    const stepUs = offsetUs - last.offsetUs;
    if (!isStep(stepUs, bootUs - last.bootUs)) return undefined;
    return { atUs: Math.floor(bootUs + offsetUs), stepUs: Math.round(stepUs) };
  }
}

/** Whether the wall clock differs more from the boot clock than it can without a step after so long, microseconds. */
export function isStep(differenceUs: number, elapsedUs: number): boolean {
  return Math.abs(differenceUs) > STEP_US + MOST_SLEW * Math.max(0, elapsedUs);
}

/** A step is a gap in which nothing is missing. */
export function clockGap({ atUs }: ClockStep): CorrelatorInput {
  const gap: Gap = { fromUs: atUs, toUs: atUs, cpu: undefined, lost: 0, reason: 'clock', scope: 'transitions' };
  return { kind: 'other-loss', gap };
}
