/** What sock_diag reports about the sockets of one network namespace. */
import type { FoundOwner } from './owner.js';
import type { SocketRow } from './socket-row.js';
import type { SocketCounters } from './sockstat.js';
import type { FoundThread } from './thread.js';

/**
 * The dump of one network namespace, taken between two times: what differs from the one before. A row is decoded when it is asked
 * for.
 */
export interface Snapshot {
  readonly kind: 'snapshot';
  readonly netns: number;
  readonly startBootUs: number;
  readonly endBootUs: number;
  /** Wall clock minus boot clock, microseconds. */
  readonly offsetUs: number;
  /** All sockets that it has. */
  readonly count: number;
  /** The kernel was not asked for timewait sockets: one that is not in the dump may still exist. */
  readonly withoutTimeWait?: boolean;
  /**
   * How many rows there are: of the sockets that are new, or differ from the previous snapshot in more than running timers and `last*`
   * times.
   */
  readonly changed: number;
  row(index: number): SocketRow;
  /**
   * Cookies of the sockets that only the previous snapshot had, of TIME-WAITs negative. Undefined: it is not compared with one, and the rows are
   * all sockets.
   */
  readonly gone: Float64Array | undefined;
  /** All owners of a socket, by its cookie, where they are new or others than before; none: no process has held it for a while. */
  readonly owners: ReadonlyMap<number, readonly FoundOwner[]>;
  /** When they had been looked up; undefined: with the dump. */
  readonly ownersBootUs?: number | undefined;
  /** All processes were looked at: every owner that is not among `owners` was seen again. */
  readonly allOwners?: boolean | undefined;
  /** How long after this one the next is to be taken at the latest, microseconds; undefined: not known. */
  readonly nextUs?: number | undefined;
  /** The same as soon as something happens. */
  readonly nextAfterNewsUs?: number | undefined;
  /** What the kernel counted just before the dump, if it differs from the last time. */
  readonly counters?: SocketCounters | undefined;
  /** Of sockets that are bound and nothing more, what differs from the last time; undefined: the kernel was not asked for them. */
  readonly bound?: BoundChanges | undefined;
  /** The name that an interface of its namespace had, undefined where it was not looked up. */
  deviceName?(index: number): string | undefined;
  /** The next snapshot has the row of this socket, changed or not. */
  askAgain(cookie: number): void;
  /** The next snapshot has the owners of this socket, others than before or not. */
  askForOwners(cookie: number): void;
}

/** The name of the interface that a socket of the snapshot is bound to; undefined: none, or its name is not known. */
export function deviceOf(snapshot: Snapshot, { interfaceIndex }: SocketRow): string | undefined {
  return interfaceIndex === 0 ? undefined : snapshot.deviceName?.(interfaceIndex);
}

/** Sockets that are bound and nothing more: new and changed rows, and the cookies of those that are gone. */
export interface BoundChanges {
  readonly changed: number;
  row(index: number): SocketRow;
  /** Undefined: the rows are all of them. */
  readonly gone: Float64Array | undefined;
}

/**
 * A network namespace was found, or has another name or identity than before, or is gone. At `bootUs`; one that is gone was so by then, and
 * what happened since is of another one with its inode number.
 */
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

/** A round of snapshots is complete: the network namespaces that were found, by a list that was made at `bootUs`. */
export interface NetnsRound {
  readonly kind: 'netns-round';
  readonly bootUs: number;
  readonly offsetUs: number;
  readonly found: ReadonlySet<number>;
  /** Those that were not found, and not looked for everywhere yet. */
  readonly unsure: ReadonlySet<number>;
}

/** Threads of processes that hold sockets, which are new, or have another name than before, or are gone. */
export interface ThreadsChange {
  readonly kind: 'threads';
  readonly bootUs: number;
  readonly offsetUs: number;
  readonly found: readonly FoundThread[];
}

/** A network namespace in which sockets are known to be, and that a round did not find: which threads are known to have sockets in it. */
export interface MissingNetns {
  readonly netns: number;
  readonly holders: readonly { readonly pid: number; readonly tid: number; readonly fd: number }[];
  /** When the newest of its sockets was opened, boot time: since then the inode number may be another namespace's. */
  readonly newestBootUs: number;
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
