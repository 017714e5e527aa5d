/** A socket to be shown. What is undefined is not known, and is never made up. */
import type { Owner, SocketRow, TcpInfo } from '../../model/snapshot.js';

/** Someone who holds a socket; `fd` is -1 where it is not known. */
export interface ShownOwner extends Owner {
  /** The thread, where threads are listed. */
  readonly tid?: number;
  /** The security context of the process, where there are such. */
  readonly context?: string;
}

type Partly<T, Known extends keyof T> = Pick<T, Known> & { readonly [K in Exclude<keyof T, Known>]?: T[K] | undefined };

/** A row of sock_diag, or as much of one as was recorded. */
export type KnownRow = Partly<Omit<SocketRow, 'info'>, 'state' | 'tuple'> & {
  readonly info?: Partial<TcpInfo> | undefined;
};

/** What only the history knows of a socket. */
export interface ShownHistory {
  readonly connectionId: number;
  /** How long it had been in its state, microseconds. */
  readonly ageUs: number;
  /**
   * `inferred`: the state was not observed entering, only found; `uncertain`: it may have been left already at that moment;
   * `gap`: the record has a gap at that moment.
   */
  readonly mark: 'inferred' | 'uncertain' | 'gap' | undefined;
  /** When queues, timers and statistics were sampled, microseconds since the epoch. */
  readonly sampledUs: number | undefined;
}

export interface ShownSocket {
  readonly row: KnownRow;
  /** undefined where nobody looked for them. */
  readonly owners: readonly ShownOwner[] | undefined;
  /** From the root of the hierarchy; undefined where the row's id has no path. */
  readonly cgroupPath?: string | undefined;
  readonly history?: ShownHistory;
}
