/** Events that wait to be processed. */
export interface Backlog {
  readonly bytes: number;
  /** Of these, the ones in memory; the others are in a file. */
  readonly memoryBytes: number;
  /** How long ago the oldest of it happened, microseconds. */
  readonly behindUs: number;
}

export const NOTHING_WAITS: Backlog = { bytes: 0, memoryBytes: 0, behindUs: 0 };
