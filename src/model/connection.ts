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
import type { Sample } from './sample.js';
import type { Owner } from './snapshot.js';
import type { Step } from './step.js';
import type { CloseReason, Origin, Source } from './stored-codes.js';
import type { TcpState } from './tcp-state.js';

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
