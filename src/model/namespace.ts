/** A network namespace, for as long as dumps found it: a row of the table `namespaces`. */
export interface NamespaceRecord {
  /** Inode number, as `readlink /proc/PID/ns/net` shows it. The kernel gives it to another namespace later. */
  readonly netns: number;
  readonly fromUs: number;
  readonly toUs: number | undefined;
  /** SO_NETNS_COOKIE (Linux 5.14): no other namespace has it until the host is booted; undefined: the kernel has none. */
  readonly netCookie: number | undefined;
  /** As `ip netns` names it; undefined: it has no name. */
  readonly name: string | undefined;
}

/** A network namespace from one time to another; undefined: without a bound. */
export interface NetnsPeriod {
  readonly netns: number;
  readonly fromUs: number | undefined;
  readonly toUs: number | undefined;
}
