/** Events that wait to be processed. */
export interface Backlog {
  readonly bytes: number;
  /** How long ago the oldest of it happened, microseconds. */
  readonly behindUs: number;
}

export const NOTHING_WAITS: Backlog = { bytes: 0, behindUs: 0 };
