/** What the kernel counts of the sockets of a network namespace, of other kinds too: what `ss -s` prints besides the list of TCP sockets. */
export interface SocketCounters {
  /** All sockets, of every kind. */
  readonly used: number;
  /** TCP sockets of the whole host without TIME-WAITs, with those that are closed and not freed yet. */
  readonly tcpAlloc: number;
  /** TCP sockets of the whole host that no process holds. */
  readonly tcpOrphan: number;
  readonly udp: number;
  readonly udp6: number;
  readonly raw: number;
  readonly raw6: number;
  /** Datagrams that are being put together from fragments. */
  readonly frag: number;
  readonly frag6: number;
}

/** The same as of a time: a row of the table `sockstat`, written when one of them has changed. */
export interface SockstatRecord extends SocketCounters {
  readonly netns: number;
  readonly atUs: number;
}
