/**
 * One life of one TCP socket on one host: from the moment it leaves UNCONN (or is first seen) until ss no longer shows it,
 * TIME-WAIT included. Both ends of a loopback connection are two connections here.
 *
 * All times are wall-clock microseconds since the Unix epoch. Times of one connection are computed from its opening time
 * and the boot clock, so that durations stay true when the wall clock is stepped.
 */
import type { FourTuple } from './four-tuple.js';
import type { PackedSteps } from './packed-steps.js';
import type { Step } from './step.js';
import type { CloseReason, Origin, Source } from './stored-codes.js';
import type { TcpState } from './tcp-state.js';

/** The end of a TIME-WAIT by its timer, wall-clock microseconds. */
export interface ForeseenEnd {
  readonly closedUs: number;
  readonly notBeforeUs: number;
}

export interface Connection {
  /** Local to one database file. */
  readonly id: number;
  readonly netns: number;
  readonly tuple: FourTuple;
  readonly state: TcpState;
  /** When it left UNCONN, or was first seen. */
  readonly openedUs: number;
  /** If inferred, the earliest time at which it can have been opened, 0 without a bound; undefined if observed. */
  readonly openedNotBeforeUs: number | undefined;
  readonly openedSource: Source;
  /** When ss stopped showing it, TIME-WAIT included; undefined while open. */
  readonly closedUs: number | undefined;
  readonly closedNotBeforeUs: number | undefined;
  readonly closedSource: Source | undefined;
  readonly origin: Origin;
  readonly closeReason: CloseReason | undefined;
  readonly pid: number | undefined;
  readonly tid: number | undefined;
  readonly comm: string | undefined;
  readonly fd: number | undefined;
  readonly uid: number | undefined;
  readonly inode: number | undefined;
  readonly cookie: number | undefined;
  readonly cgroup: number | undefined;
  readonly bytesSent: number | undefined;
  readonly bytesReceived: number | undefined;
  readonly retransmits: number;
  /** The last known smoothed round-trip time, microseconds. */
  readonly rttUs: number | undefined;
  /** In TIME-WAIT, when its timer ends it if nothing else does: it is written with this end at once. */
  readonly foreseenEnd?: ForeseenEnd | undefined;
  /** The end with which it was last written ahead, wall-clock microseconds. If it ends earlier, its life class stays. */
  readonly writtenEndUs?: number | undefined;
  readonly steps: readonly Step[];
  /** The same steps as they are kept while the recorder follows the connection; absent in one that was read. */
  readonly packed?: PackedSteps;
  /**
   * Which batch of the writer has numbered its end. Here, because a WeakMap costs a busy recorder a fiftieth of its time; a number, because
   * the batch holds connections, which were in other batches, and nothing would ever be collected.
   */
  numberedBy?: number | undefined;
}

/** The fields of a connection that a line of the log shows. */
export type LoggedConnection = Pick<
  Connection,
  | 'id'
  | 'netns'
  | 'tuple'
  | 'openedUs'
  | 'closedUs'
  | 'origin'
  | 'closeReason'
  | 'pid'
  | 'comm'
  | 'fd'
  | 'cgroup'
  | 'steps'
>;

/** How many steps a connection has, without unpacking them. */
export function stepCount(connection: Connection): number {
  return connection.packed?.count ?? connection.steps.length;
}
