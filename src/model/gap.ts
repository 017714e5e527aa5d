/**
 * Why a part of the history may be incomplete:
 * - `sequence`: events did not fit into the kernel's memory for them, in histories of sstory before November 2026;
 * - `tracer`: the recorder was not running, or, of names, its thread that reads them;
 * - `continuity`: the chain of states of one socket has a break;
 * - `clock`: the wall clock was stepped;
 * - `overrun`: events came faster than they were read: a ring was full, or without BPF the buffer of destroy notifications;
 * - `memory`: the recorder gave it up to stay within --max-memory;
 * - `truncated`: the history was imported from a recording file that is cut off or damaged;
 * - `pruned`: connections were deleted before `sstory ship` had copied them (scope `shipping` only).
 */
export const GAP_REASONS = [
  'sequence',
  'tracer',
  'continuity',
  'clock',
  'overrun',
  'truncated',
  'memory',
  'pruned',
] as const;
export type GapReason = (typeof GAP_REASONS)[number];

/**
 * What may be missing: `transitions` (with everything that belongs to them), or only `samples`, `owners`, `names`, or rows that were
 * not copied to another host (`shipping`).
 */
export const GAP_SCOPES = ['transitions', 'samples', 'owners', 'names', 'shipping'] as const;
export type GapScope = (typeof GAP_SCOPES)[number];

/** A period in which records may be missing. */
export interface Gap {
  readonly fromUs: number;
  readonly toUs: number;
  readonly cpu: number | undefined;
  readonly lost: number | undefined;
  readonly reason: GapReason;
  readonly scope: GapScope;
}

/** Whether transitions may be missing in it. Nothing is missing where the wall clock was stepped. */
export function mayLackTransitions({ reason, scope }: Gap): boolean {
  return reason !== 'clock' && scope === 'transitions';
}

/** The same as a condition on the table `gaps`. */
export const MAY_LACK_TRANSITIONS = "reason <> 'clock' AND scope = 'transitions'";
