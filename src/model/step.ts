/** One step of a connection from one state to the next. */
import type { TcpState } from './tcp-state.js';

/** How a fact is known: reported by a BPF program, seen in (or missing from) a snapshot, or by a timer of known length. */
export const SOURCES = ['probe', 'snapshot', 'timer'] as const;
export type Source = (typeof SOURCES)[number];

/** One state change of a connection. */
export interface Step {
  readonly atUs: number;
  /** The earliest time at which it can have happened, where it was inferred; undefined where it was observed. */
  readonly notBeforeUs: number | undefined;
  readonly oldState: TcpState;
  readonly newState: TcpState;
  readonly source: Source;
}
