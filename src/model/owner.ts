/** A process that holds a socket's file. A socket can have several: ss shows them all. */
export interface Owner {
  readonly pid: number;
  readonly fd: number;
  readonly comm: string;
}

/** From when to when a process held a connection's socket, as snapshots found it; `toUs` is undefined while it does. */
export interface Ownership extends Owner {
  readonly connectionId: number;
  readonly fromUs: number;
  readonly toUs: number | undefined;
}
