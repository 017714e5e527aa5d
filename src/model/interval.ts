/** A period of wall time, both ends included: microseconds since the Unix epoch. */
export interface Interval {
  readonly fromUs: number;
  readonly toUs: number;
}
