import type { ShownSocket } from '../../view/ss/shown-socket.js';

/** A connection that matches, and has done so for as long as was asked for. */
export interface Match {
  readonly socket: ShownSocket;
  /** Since when it is known to have matched, and up to when, microseconds since the epoch. */
  readonly fromUs: number;
  readonly untilUs: number;
  /** It may have matched before: it did when it was first looked at. */
  readonly isLeast: boolean;
}

/** Where matches come from. */
export interface MatchSource {
  /** Those since the last call, each once. */
  poll(): Promise<readonly Match[]>;
  /** Until the next call, milliseconds. */
  readonly pauseMs: number;
  /** Why no more can come from it; undefined: they can. */
  silence(): string | undefined;
  close(): void;
}
