import type { Source } from './stored-codes.js';
import type { TcpState } from './tcp-state.js';

/** One state change of a connection, observed or inferred. */
export interface Step {
  readonly atUs: number;
  /** The earliest time at which it can have happened, if it was inferred; undefined if it was observed. */
  readonly notBeforeUs: number | undefined;
  readonly oldState: TcpState;
  readonly newState: TcpState;
  readonly source: Source;
}
