import type { FourTuple } from '../../../src/model/four-tuple.js';
import type { CloseReason, Origin } from '../../../src/model/stored-codes.js';
import type { Stage } from '../../lab/stage.js';

/** The process that holds one end, and the descriptor with which it does. */
export interface Holder {
  readonly pid: number;
  readonly comm: string;
  readonly fd: number;
}

/** What one socket really did. */
export interface Truth {
  /** Inode of its network namespace. */
  readonly netns: number;
  readonly tuple: FourTuple;
  readonly origin: Origin;
  /**
   * Its states in order, names as ss has them, from before the first change to after the last; empty where it never
   * changed. `~` stands before one that no tracepoint reports, so that only a snapshot or a timer can show it.
   */
  readonly path: string;
  /** undefined: still open when the recording ends. */
  readonly closeReason: CloseReason | undefined;
  /** undefined: none yet (a half-open request, a connection not accepted). */
  readonly holder: Holder | undefined;
  /** Further holders, as snapshots find them. */
  readonly alsoHeldBy?: readonly Holder[];
  /** What else must be recorded of it: kind and how the detail begins. */
  readonly events?: readonly string[];
  /** No event is recorded of it. */
  readonly noEvents?: true;
}

/** A truth, with events that belong to it. */
export function withEvents(truth: Truth, ...events: readonly string[]): Truth {
  return { ...truth, events };
}

/** Steps that make sockets do something, and what they must then have done. */
export interface Scenario {
  readonly name: string;
  /** Runs it in namespaces of its own. Everything stays as it is until the stage is taken down. */
  readonly run: (stage: Stage) => Promise<Truth[]>;
}

/** The kernel at hand cannot do what a scenario is about. */
export class NotOnThisKernel extends Error {
  override readonly name = 'NotOnThisKernel';
}
