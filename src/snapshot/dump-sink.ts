import type { NetlinkSocket } from '../sys/netlink.js';

/** Receives the answers to a dump. */
export interface DumpSink {
  /** A dump begins: forgets everything. */
  begin(): void;
  /** Receives all answers to one request. Returns whether the kernel reports that the table changed during the dump. */
  receive(socket: NetlinkSocket): boolean;
  /** The answers to the last request, complete or not, come again. */
  takeAgain(): void;
  /** Both families came in one dump: puts the IPv4 sockets first, as two dumps would. */
  orderByFamily(): void;
}
