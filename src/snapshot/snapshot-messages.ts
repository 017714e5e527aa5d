/** What the main thread and the thread that takes the dumps send each other. */
import type { FoundOwner } from '../model/owner.js';
import type { MissingNetns } from '../model/snapshot.js';
import type { SocketCounters } from '../model/sockstat.js';
import type { FoundThread } from '../model/thread.js';
import type { CopiedRows } from './changed-rows.js';
import type { NetnsIdentity, TakenBound } from './netns-memory.js';

export interface TakeOptions {
  /** The last snapshot: the owners of all sockets are looked up now, however long it takes. */
  readonly last?: boolean;
  /** False: without tcp_info, congestion control and socket memory. */
  readonly withInfo?: boolean;
  /** Cookies of sockets whose rows are needed, changed or not. */
  readonly again?: readonly number[];
  /** Cookies of sockets whose owners are needed, new or not. */
  readonly ownersOf?: readonly number[];
  /** Network namespaces in which sockets are known to be, and that the last round did not find. */
  readonly missing?: readonly MissingNetns[];
  /** The descriptor of the map in which the BPF programs mark the processes that they follow. */
  readonly marksFd?: number | undefined;
}

export interface WorkerOptions {
  readonly netns: 'all' | 'self';
  /** False: the processes that hold sockets are not looked up in /proc. */
  readonly owners?: boolean;
  /** Another source reports when sockets end: many TIME-WAITs then need to be dumped only about every ten seconds. */
  readonly rareTimeWaits?: boolean;
}

/** One netns's dump on its way to the main thread; the buffers are handed over, not copied. */
export interface TakenDump {
  readonly netns: number;
  readonly startBootUs: number;
  readonly endBootUs: number;
  readonly offsetUs: number;
  readonly withoutTimeWait: boolean;
  /** All sockets. */
  readonly count: number;
  /** Those that are new or differ. */
  readonly rows: CopiedRows;
  /** Names of the interfaces that they are bound to, by index. */
  readonly devices: ReadonlyMap<number, string>;
  /** How many sockets may end without an event. */
  readonly fleeting: number;
  /** Cookies that the dump before had; undefined: the rows are all sockets. */
  readonly gone: Float64Array<ArrayBuffer> | undefined;
  /** New owners, by cookie. */
  readonly owners: ReadonlyMap<number, readonly FoundOwner[]>;
  readonly ownersBootUs: number;
  readonly allOwners: boolean;
  readonly counters: SocketCounters | undefined;
  /** Of sockets that are bound and nothing more; undefined: the kernel was not asked for them. */
  readonly bound: TakenBound | undefined;
}

export interface Taken {
  readonly dumps: readonly TakenDump[];
  /** Namespaces that were dumped for the first time, or differ from before, and those that no longer exist. */
  readonly come: readonly NetnsIdentity[];
  readonly gone: readonly number[];
  readonly threads: readonly FoundThread[];
  /** Those that were found by a list of `listedBootUs`; undefined where others may exist that cannot be found. */
  readonly found: ReadonlySet<number> | undefined;
  readonly listedBootUs: number;
  /** Those that are missing and were not looked for everywhere yet. */
  readonly unsure: ReadonlySet<number>;
  readonly bootUs: number;
  readonly offsetUs: number;
  /** CPU time that the dumps took in this thread, microseconds, without the search for owners. */
  readonly cpuUs: number;
}

export type WorkerAnswer = { readonly taken: Taken } | { readonly failed: string };
