/** One step of a connection from one state to the next. */
import type { Source } from './stored-codes.js';
import type { TcpState } from './tcp-state.js';

/** One state change of a connection. */
export interface Step {
  readonly atUs: number;
  /** The earliest time at which it can have happened, where it was inferred; undefined where it was observed. */
  readonly notBeforeUs: number | undefined;
  readonly oldState: TcpState;
  readonly newState: TcpState;
  readonly source: Source;
}
