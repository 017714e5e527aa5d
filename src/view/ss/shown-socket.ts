import type { RecordedCgroup } from '../../model/cgroup.js';
import type { Owner } from '../../model/owner.js';
import type { SocketRow } from '../../model/socket-row.js';
import type { TcpInfo } from '../../model/tcp-info.js';
/** A socket to be shown. Unknown values are undefined. */

/** An owner of a socket; `fd` is -1 if unknown. */
export interface ShownOwner extends Owner {
  /** The thread, if threads are listed, or where it has a descriptor table of its own. */
  readonly tid?: number | undefined;
  /** It was not seen to hold the socket: it is the listener's owner. Only in a history. */
  readonly inferred?: boolean;
  /** The security context of the process, if the host has them. */
  readonly context?: string;
}

type Partly<T, Known extends keyof T> = Pick<T, Known> & { readonly [K in Exclude<keyof T, Known>]?: T[K] | undefined };

/** A row of sock_diag, or as much of one as was recorded. */
export type KnownRow = Partly<Omit<SocketRow, 'info'>, 'state' | 'tuple'> & {
  readonly info?: Partial<TcpInfo> | undefined;
};

/** What only a history contains of a socket. */
export interface ShownHistory {
  /** Undefined: it is bound and nothing more. */
  readonly connectionId: number | undefined;
  /** How long it had been in its state, microseconds; undefined: not known. */
  readonly ageUs: number | undefined;
  /**
   * `inferred`: the transition into the state was not observed; `uncertain`: the state may have ended by then; `gap`: the record
   * has a gap at that time.
   */
  readonly mark: 'inferred' | 'uncertain' | 'gap' | undefined;
  /** When queues, timers and statistics were sampled, microseconds since the epoch. */
  readonly sampledUs: number | undefined;
  /** How long before the shown time they were last known to be so; undefined: they were so at that time. */
  readonly sampledAgoUs?: number | undefined;
}

export interface ShownSocket {
  readonly row: KnownRow;
  /** undefined if they were not looked up. */
  readonly owners: readonly ShownOwner[] | undefined;
  /** undefined if the row's id has no path. */
  readonly cgroup?: RecordedCgroup | undefined;
  /** Inode number of the network namespace; undefined: not known, as in a file of ss -D. */
  readonly netns?: number | undefined;
  /** The name that its interface had; only in a history. */
  readonly device?: string | undefined;
  /** As `ip netns` names it. */
  readonly netnsName?: string | undefined;
  readonly history?: ShownHistory;
  /** The host that it is of; only in a fleet. */
  readonly machine?: { readonly host: string; readonly machine: string; readonly file: string };
}
