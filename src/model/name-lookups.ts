import type { Family } from './address.js';
import type { NetnsPeriod } from './namespace.js';

/** Local ports from which the kernel chooses one itself: net.ipv4.ip_local_port_range, both ends included. */
export interface PortRange {
  readonly low: number;
  readonly high: number;
}

export type Lookup<Value> = Value | undefined | Promise<Value | undefined>;

/** Resolves the names that a filter may contain. Undefined, or no address at all: the name is unknown. */
export interface NameLookups {
  /** Addresses in text. */
  addresses(host: string, family: Family | undefined): Lookup<readonly string[]>;
  /** The TCP port of a service, from /etc/services. */
  port(service: string): Lookup<number>;
  interfaceIndex(name: string): Lookup<number>;
  /** The path of a cgroup v2 from the root of the hierarchy, by the path of its directory. */
  cgroupPath(path: string): Lookup<string>;
  /** The network namespaces that a name, an inode number or a path stands for, and when. Empty: at no time that matters. */
  netns(name: string): Lookup<readonly NetnsPeriod[]>;
  /** Those that `netns` knows. */
  netnsNames(): readonly string[];
  uid(user: string): Lookup<number>;
  /** net.ipv4.ip_local_port_range. */
  localPortRange(): PortRange | Promise<PortRange>;
}
