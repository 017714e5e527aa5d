/** A thread of a process that holds sockets, for as long as it was seen: a row of the table `threads`. */
export interface ThreadRecord {
  readonly pid: number;
  readonly tid: number;
  /** Its own name: that of the first thread is the process's. */
  readonly comm: string;
  /** When it was made; for one that was renamed, when it was first found with that name. */
  readonly fromUs: number;
  /** When it was first found to be gone, or its process to hold no socket; undefined: not yet. */
  readonly toUs: number | undefined;
  /** When it was last found, if that has ended. */
  readonly seenUs: number | undefined;
  /** It has a descriptor table of its own: what its process holds is not its own. */
  readonly ownFiles: boolean;
}

/** A thread that a look at its process found, or no longer found. Times of the boot clock, microseconds. */
export interface FoundThread extends Pick<ThreadRecord, 'pid' | 'tid' | 'comm' | 'ownFiles'> {
  readonly fromBootUs: number;
  /** Undefined: it is there. */
  readonly toBootUs?: number | undefined;
  readonly seenBootUs?: number | undefined;
}
