/**
 * The history of TCP sockets, as the pipeline finds it and the store keeps it.
 *
 * A connection is one life of one socket on one host: from the moment it leaves UNCONN (or is first seen) until it is
 * gone from what ss shows, TIME-WAIT included. Both ends of a loopback connection are two connections here.
 * All times are wall-clock microseconds since the Unix epoch. Times of one connection are computed from its opening time
 * and the boot clock, so that durations stay true when the wall clock is stepped.
 */
import type { FourTuple } from './four-tuple.js';
import type { PackedSteps } from './packed-steps.js';
import type { GapReason } from './probe-event.js';
import type { Owner } from './snapshot.js';
import type { Source, Step } from './step.js';
import type { TcpState } from './tcp-state.js';

/** Where a connection comes from; `before-recording`: it was there first. `unknown`: its opening was lost. */
export const ORIGINS = ['unknown', 'connect', 'accept', 'listen', 'before-recording'] as const;
export type Origin = (typeof ORIGINS)[number];

/**
 * Why a connection ended. `aborted`: closed on this host without an orderly end (SO_LINGER 0, unread data, a connect
 * given up); `destroyed`: by SOCK_DESTROY, as `ss -K` does; `failed`: connect(2) failed at once for a local reason,
 * whose errno is among the events.
 */
export const CLOSE_REASONS = [
  'unknown',
  'orderly',
  'reset by peer',
  'refused',
  'timed out',
  'unreachable',
  'aborted',
  'destroyed',
  'failed',
] as const;
export type CloseReason = (typeof CLOSE_REASONS)[number];

export interface Connection {
  /** Local to one database file. */
  readonly id: number;
  readonly netns: number;
  readonly tuple: FourTuple;
  readonly state: TcpState;
  /** When it left UNCONN, or was first seen. */
  readonly openedUs: number;
  /** The earliest time at which it can have been opened, where that was inferred; undefined if observed, 0 if there is no bound. */
  readonly openedNotBeforeUs: number | undefined;
  readonly openedSource: Source;
  /** When it was gone, TIME-WAIT included; undefined while open. */
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
  /** Smoothed round-trip time when last known, microseconds. */
  readonly rttUs: number | undefined;
  readonly steps: readonly Step[];
  /** The same steps as they are kept while a connection is followed; absent in one that was read or made. */
  readonly packed?: PackedSteps;
}

/** As much of a connection as a line of the log tells. */
export type LoggedConnection = Pick<
  Connection,
  'id' | 'netns' | 'tuple' | 'openedUs' | 'closedUs' | 'origin' | 'closeReason' | 'pid' | 'comm' | 'steps'
>;

export type EventKind = 'retransmit' | 'reset' | 'error' | 'connect';

/** Something that happened to a connection without changing its state. */
export interface ConnectionEvent {
  /** undefined: no connection of this host (a reset for a closed port). */
  readonly connectionId: number | undefined;
  readonly atUs: number;
  readonly kind: EventKind;
  /** `SYN`, `SYN-ACK`, `data`; `sent REASON`, `received`; `ECONNREFUSED`. With the four-tuple where no connection has it. */
  readonly detail: string;
}

/** What a snapshot said of a connection, kept when it differs from what was kept last. Undefined: the kernel did not say. */
export interface Sample {
  readonly connectionId: number;
  readonly atUs: number;
  readonly recvQ: number;
  readonly sendQ: number;
  readonly timer: string;
  readonly timerMs: number;
  readonly retrans: number;
  readonly rttUs: number | undefined;
  readonly rttvarUs: number | undefined;
  readonly rtoUs: number | undefined;
  readonly cwnd: number | undefined;
  readonly ssthresh: number | undefined;
  readonly mss: number | undefined;
  readonly unacked: number | undefined;
  readonly lost: number | undefined;
  readonly totalRetrans: number | undefined;
  readonly bytesSent: number | undefined;
  readonly bytesAcked: number | undefined;
  readonly bytesReceived: number | undefined;
  readonly minRttUs: number | undefined;
  readonly deliveryRate: number | undefined;
  readonly congestion: string | undefined;
  /** Socket memory as ss writes it: `r0,rb131072,t0,tb46080,f0,w0,o0,bl0,d0`. */
  readonly skmem: string | undefined;
}

/** A process began (`toUs` undefined) or ceased to hold a connection's socket, as far as snapshots tell. */
export interface Ownership extends Owner {
  readonly connectionId: number;
  readonly fromUs: number;
  readonly toUs: number | undefined;
}

export interface SnapshotRecord {
  readonly atUs: number;
  readonly netns: number;
  readonly sockets: number;
  /** False where the TIME-WAITs were left out; absent: true. */
  readonly complete?: boolean;
  readonly tookUs: number;
}

/** An interval in which the history may be incomplete. */
export interface Gap {
  readonly fromUs: number;
  readonly toUs: number;
  readonly cpu: number | undefined;
  readonly lost: number | undefined;
  readonly reason: GapReason;
}

/** What changed in the history: everything one commit writes. */
export interface HistoryBatch {
  /** Each connection that is new or changed, whole; `firstNewStep` is the index in `steps` of what the last batch did not have. */
  readonly connections: readonly ChangedConnection[];
  readonly events: readonly ConnectionEvent[];
  readonly samples: readonly Sample[];
  readonly owners: readonly Ownership[];
  readonly snapshots: readonly SnapshotRecord[];
  readonly gaps: readonly Gap[];
  /** Wall time up to which the history is now complete, but for the gaps that are told; 0: not known yet. */
  readonly throughUs: number;
}

export interface ChangedConnection {
  readonly connection: Connection;
  readonly isNew: boolean;
  /** It left TIME-WAIT, and nothing but its end, its steps and perhaps its cookie is new. */
  readonly onlyEnded?: boolean;
  readonly firstNewStep: number;
}

/** How many steps a connection has, without unpacking them. */
export function stepCount(connection: Connection): number {
  return connection.packed?.count ?? connection.steps.length;
}
