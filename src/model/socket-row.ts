import type { FourTuple } from './four-tuple.js';
import type { SocketMemory } from './socket-memory.js';
import type { TcpInfo } from './tcp-info.js';
import type { TcpState } from './tcp-state.js';
import type { UlpInfo } from './ulp-info.js';

export const TIMER_KINDS = ['off', 'on', 'keepalive', 'timewait', 'persist', 'delack', 'unknown'] as const;
export type TimerKind = (typeof TIMER_KINDS)[number];

/** The timer that ss shows; `kind` as ss names it, from idiag_timer 0 - 5. */
export interface SocketTimer {
  readonly kind: TimerKind;
  readonly expiresMs: number;
  readonly retransmits: number;
}

/** One socket as inet_diag reports it (struct inet_diag_msg and its attributes). */
export interface SocketRow {
  readonly tuple: FourTuple;
  readonly state: TcpState;
  /** Index of the interface the socket is bound to; 0 for none. */
  readonly interfaceIndex: number;
  readonly cookie: number;
  /** 0 for half-open requests, timewait sockets and orphans. */
  readonly inode: number;
  readonly uid: number;
  /** For a listener: connections waiting to be accepted. */
  readonly recvQ: number;
  /** For a listener: the backlog. */
  readonly sendQ: number;
  readonly timer: SocketTimer;
  readonly memory: SocketMemory | undefined;
  readonly info: TcpInfo | undefined;
  readonly congestion: string | undefined;
  /** Congestion-control details by the names ss prints (bbr, dctcp, vegas), undefined if it has none. */
  readonly congestionInfo: Readonly<Record<string, number>> | undefined;
  readonly mark: number | undefined;
  readonly classId: number | undefined;
  readonly cgroup: number | undefined;
  readonly tos: number | undefined;
  readonly tclass: number | undefined;
  /** Bits of INET_DIAG_SHUTDOWN: 1 receive, 2 send. */
  readonly shutdown: number | undefined;
  readonly v6only: boolean | undefined;
  /** INET_DIAG_PROTOCOL: 6, or 262 for MPTCP. */
  readonly protocol: number | undefined;
  /** Name of the upper-layer protocol of INET_DIAG_ULP_INFO (`tls`, `mptcp`). */
  readonly ulp: string | undefined;
  readonly ulpInfo?: UlpInfo | undefined;
  /** INET_DIAG_SOCKOPT: two bytes of bits as in struct inet_diag_sockopt. */
  readonly sockopt: number | undefined;
  /** The number at a place of ROW_NUMBERS (row-numbers.ts), NaN where it is not known: the same as the field, and faster. */
  readonly number?: (place: number) => number;
}
