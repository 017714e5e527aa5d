/** A process that holds a socket's file. A socket can have several: ss shows them all. */
export interface Owner {
  readonly pid: number;
  /** -1: not known. */
  readonly fd: number;
  readonly comm: string;
  /** The thread, where it has a descriptor table of its own (unshare(2) with CLONE_FILES); undefined: all threads share one. */
  readonly tid?: number | undefined;
}

/** The order in which ss lists owners: each that it finds in /proc, by rising numbers, comes before those that it has found. */
export function inOrderOfSs(one: Owner, other: Owner): number {
  return other.pid - one.pid || (other.tid ?? other.pid) - (one.tid ?? one.pid) || other.fd - one.fd;
}

/** An owner that a scan of /proc found. */
export interface FoundOwner extends Owner {
  /** Boot time at which the process was made (fork), or got its name (exec), if that was since it was looked at. */
  readonly sinceBootUs?: number | undefined;
  /** The pid of the process that made it, where `sinceBootUs` is known. */
  readonly parent?: number | undefined;
}

/** From when to when a process held a connection's socket; `toUs` is undefined while it does. */
export interface Ownership extends Owner {
  readonly connectionId: number;
  readonly fromUs: number;
  /** When it was first seen not to hold it. */
  readonly toUs: number | undefined;
  /** When it was last seen to hold it, if that has ended. */
  readonly seenUs?: number | undefined;
}

/** Without the threads whose process holds the socket too: they have copies, which `ss -p` does not list. */
export function withoutThreadCopies<O extends Owner>(owners: readonly O[]): readonly O[] {
  if (owners.every(({ tid }) => tid === undefined)) return owners;
  return owners.filter(
    ({ pid, tid }) => tid === undefined || !owners.some((other) => other.pid === pid && other.tid === undefined),
  );
}

/** The fields of a connection that say who opened it. */
interface Opener {
  readonly origin: string;
  readonly pid: number | undefined;
  readonly fd: number | undefined;
}

/**
 * Whether the opener is only inferred: it is the listener's, for a connection that some process used, and that no accept(2) was seen
 * to return. One that was seen has a descriptor.
 */
export function isInferredOpener({ origin, pid, fd }: Opener): boolean {
  return origin === 'accept' && pid !== undefined && fd === undefined;
}

/**
 * Whether a row of owners takes the place of the connection's own: it begins with the opening, or is about the process that accepted
 * it, which held it from accept(2) on.
 */
export function replacesOpener(
  { origin, pid, fd = -1, openedUs }: Opener & { readonly openedUs: number },
  row: Pick<Ownership, 'pid' | 'fd' | 'fromUs'>,
): boolean {
  return row.pid === pid && row.fd === fd && (row.fromUs === openedUs || origin === 'accept');
}
