import type { Family } from './address.js';

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
  /** The id (inode number) of a cgroup v2 by the path of its directory. */
  cgroupId(path: string): Lookup<number>;
  uid(user: string): Lookup<number>;
  /** net.ipv4.ip_local_port_range. */
  localPortRange(): PortRange | Promise<PortRange>;
}
