/** Where a connection is: what the inode number of its network namespace and the id of its cgroup stand for. */
import type { RecordedCgroup } from './cgroup.js';

/** Looks up where connections are. */
export interface PlacesOf<Of> {
  /** As of a time. */
  at(connection: Of, us: number): Place;
  netnsNameAt(connection: Of, us: number): string | undefined;
}

export interface Place {
  /** As `ip netns` named the namespace at that time; undefined: it had no name. */
  readonly netnsName: string | undefined;
  /** undefined: its path is not known. */
  readonly cgroup: RecordedCgroup | undefined;
}
