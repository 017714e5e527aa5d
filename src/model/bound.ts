/** A socket that is bound and nothing more, as snapshots found it: a row of the table `bound`. */
import type { Family } from './address.js';

export interface BoundRecord {
  readonly netns: number;
  readonly cookie: number;
  /** The first snapshot that found it so. */
  readonly fromUs: number;
  /** The first snapshot that found it otherwise, or did not find it; undefined: none has. */
  readonly toUs: number | undefined;
  readonly family: Family;
  readonly localAddr: string;
  readonly localPort: number;
  readonly uid: number;
  /** 0: no process holds it. */
  readonly inode: number;
  readonly cgroupId: number | undefined;
  /** JSON: the processes that held it, `pid`, `comm`, `fd` and perhaps `tid` of each. */
  readonly holders: string;
  /** JSON: the columns of a sample that have a value. */
  readonly details: string;
}
