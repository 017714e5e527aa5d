/**
 * Why a part of the history may be incomplete:
 * - `sequence`: sequence numbers are missing, because the BPF map was full;
 * - `tracer`: the recorder was not running;
 * - `continuity`: the chain of states of one socket has a break;
 * - `clock`: the wall clock was stepped;
 * - `overrun`: without BPF, destroy notifications came faster than they were read;
 * - `truncated`: the history was imported from a recording file that is cut off or damaged.
 */
export const GAP_REASONS = ['sequence', 'tracer', 'continuity', 'clock', 'overrun', 'truncated'] as const;
export type GapReason = (typeof GAP_REASONS)[number];

/** A period in which records may be missing. */
export interface Gap {
  readonly fromUs: number;
  readonly toUs: number;
  readonly cpu: number | undefined;
  readonly lost: number | undefined;
  readonly reason: GapReason;
}
