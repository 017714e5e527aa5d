/** What sock_diag reports about the sockets of one network namespace. */
import type { Owner } from './owner.js';
import type { SocketRow } from './socket-row.js';

/**
 * The dump of one network namespace, taken between two times. A row is decoded when it is asked for: of 50,000 sockets
 * only the new and changed ones are needed.
 */
export interface Snapshot {
  readonly kind: 'snapshot';
  readonly netns: number;
  readonly startBootUs: number;
  readonly endBootUs: number;
  /** Wall clock minus boot clock, microseconds. */
  readonly offsetUs: number;
  readonly count: number;
  /** The kernel was not asked for timewait sockets: one that is not among the rows may still exist. */
  readonly withoutTimeWait?: boolean;
  /** One cookie and one kernel state code per row, parallel to `row(index)`. */
  readonly cookies: Float64Array;
  readonly states: Uint8Array;
  /** 1 if the row is new, or differs from the previous snapshot in more than running timers and `last*` times. */
  readonly changed: Uint8Array;
  /** Undefined if the row is unchanged and was left out; the next snapshot then contains it. */
  row(index: number): SocketRow | undefined;
  /** All owners by socket inode, for the sockets that are new or changed. */
  readonly owners: ReadonlyMap<number, readonly Owner[]>;
}

/** A network namespace was found, or has another name or identity than before, or is gone. */
export interface NetnsChange {
  readonly kind: 'netns';
  readonly netns: number;
  readonly present: boolean;
  readonly bootUs: number;
  readonly offsetUs: number;
  /** SO_NETNS_COOKIE, where the kernel has it. */
  readonly netCookie?: number | undefined;
  /** As `ip netns` names it. */
  readonly name?: string | undefined;
}

/** A destroy notification, from the multicast groups SKNLGRP_INET_TCP_DESTROY and its IPv6 counterpart: only with `--source diag`. */
export interface Destroyed {
  readonly kind: 'destroyed';
  readonly netns: number;
  readonly bootUs: number;
  readonly offsetUs: number;
  readonly row: SocketRow;
}

/** Destroy notifications that the kernel dropped because they were not read fast enough; their number is unknown. */
export interface DestroyedLoss {
  readonly kind: 'destroyed-loss';
  readonly netns: number;
  /** The last time up to which all had been read, and when the kernel reported the loss. */
  readonly fromBootUs: number;
  readonly bootUs: number;
  readonly offsetUs: number;
}
