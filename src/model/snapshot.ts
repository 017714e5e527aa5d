/** What sock_diag says of the sockets of one network namespace at one moment. */
import type { FourTuple } from './four-tuple.js';
import type { TcpState } from './tcp-state.js';

export const TIMER_KINDS = ['off', 'on', 'keepalive', 'timewait', 'persist', 'unknown'] as const;
export type TimerKind = (typeof TIMER_KINDS)[number];

/** The timer that ss shows; `kind` as ss names it, from idiag_timer 0 - 4. */
export interface SocketTimer {
  readonly kind: TimerKind;
  readonly expiresMs: number;
  readonly retransmits: number;
}

/** INET_DIAG_SKMEMINFO: bytes, in the order of enum sk_meminfo_vars of include/uapi/linux/sock_diag.h. */
export interface SocketMemory {
  readonly rmemAlloc: number;
  readonly rcvbuf: number;
  readonly wmemAlloc: number;
  readonly sndbuf: number;
  readonly fwdAlloc: number;
  readonly wmemQueued: number;
  readonly optmem: number;
  readonly backlog: number;
  readonly drops: number;
}

/**
 * The part of struct tcp_info (include/uapi/linux/tcp.h) that ss shows and sstory keeps; what an older kernel does not
 * fill is undefined. Times in the unit of the name, rates in bytes a second.
 */
export interface TcpInfo {
  readonly state: number;
  readonly caState: number;
  readonly retransmits: number;
  readonly probes: number;
  readonly backoff: number;
  /** TCPI_OPT_*: 1 timestamps, 2 sack, 4 wscale, 8 ecn, 16 ecn seen, 32 syn data, 64 usec timestamps. */
  readonly options: number;
  readonly sndWscale: number;
  readonly rcvWscale: number;
  readonly deliveryRateAppLimited: boolean;
  readonly fastopenClientFail: number;
  readonly rtoUs: number;
  readonly atoUs: number;
  readonly sndMss: number;
  readonly rcvMss: number;
  readonly unacked: number;
  readonly sacked: number;
  readonly lost: number;
  readonly retrans: number;
  readonly fackets: number;
  readonly lastDataSentMs: number;
  readonly lastAckSentMs: number;
  readonly lastDataRecvMs: number;
  readonly lastAckRecvMs: number;
  readonly pmtu: number;
  readonly rcvSsthresh: number;
  readonly rttUs: number;
  readonly rttvarUs: number;
  readonly sndSsthresh: number;
  readonly sndCwnd: number;
  readonly advmss: number;
  readonly reordering: number;
  readonly rcvRttUs: number;
  readonly rcvSpace: number;
  readonly totalRetrans: number;
  readonly pacingRate: number | undefined;
  readonly maxPacingRate: number | undefined;
  readonly bytesAcked: number | undefined;
  readonly bytesReceived: number | undefined;
  readonly segsOut: number | undefined;
  readonly segsIn: number | undefined;
  readonly notsentBytes: number | undefined;
  readonly minRttUs: number | undefined;
  readonly dataSegsIn: number | undefined;
  readonly dataSegsOut: number | undefined;
  readonly deliveryRate: number | undefined;
  readonly busyTimeUs: number | undefined;
  readonly rwndLimitedUs: number | undefined;
  readonly sndbufLimitedUs: number | undefined;
  readonly delivered: number | undefined;
  readonly deliveredCe: number | undefined;
  readonly bytesSent: number | undefined;
  readonly bytesRetrans: number | undefined;
  readonly dsackDups: number | undefined;
  readonly reordSeen: number | undefined;
  readonly rcvOoopack: number | undefined;
  readonly sndWnd: number | undefined;
  readonly rcvWnd: number | undefined;
  readonly rehash: number | undefined;
}

/** One socket as inet_diag reports it (struct inet_diag_msg and its attributes). */
export interface SocketRow {
  readonly tuple: FourTuple;
  readonly state: TcpState;
  /** Index of the interface the socket is bound to; 0 for none. */
  readonly interfaceIndex: number;
  readonly cookie: number;
  /** 0 for half-open requests, TIME-WAIT and orphans. */
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
  /** Congestion-control details by the names ss prints (bbr, dctcp, vegas), undefined where there are none. */
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
  /** INET_DIAG_SOCKOPT: two bytes of bits as in struct inet_diag_sockopt. */
  readonly sockopt: number | undefined;
}

/** A process that holds a socket's file: ss shows them all. */
export interface Owner {
  readonly pid: number;
  readonly fd: number;
  readonly comm: string;
}

/**
 * A dump of one network namespace, taken between two times. Rows stay undecoded until asked for: at 50,000 sockets only
 * the new and changed ones matter.
 */
export interface Snapshot {
  readonly kind: 'snapshot';
  readonly netns: number;
  readonly startBootUs: number;
  readonly endBootUs: number;
  /** Wall clock minus boot clock, microseconds. */
  readonly offsetUs: number;
  readonly count: number;
  /** The kernel was not asked for TIME-WAITs: that one is not among the rows tells nothing. */
  readonly withoutTimeWait?: boolean;
  /** One cookie and one kernel state code a row, parallel to `row(index)`. */
  readonly cookies: Float64Array;
  readonly states: Uint8Array;
  /** 1 where the row is new, or differs in more than running timers and `last*` times from the previous snapshot. */
  readonly changed: Uint8Array;
  /** Undefined where the row is unchanged and was left out; asking for it makes the next snapshot bring it. */
  row(index: number): SocketRow | undefined;
  /** All owners by socket inode, for the sockets that are new or changed. */
  readonly owners: ReadonlyMap<number, readonly Owner[]>;
}

/** A network namespace came to be known, or is gone. */
export interface NetnsChange {
  readonly kind: 'netns';
  readonly netns: number;
  readonly present: boolean;
  readonly bootUs: number;
}

/** The last words of a socket from the destroy multicast groups (SKNLGRP_INET_TCP_DESTROY): seen by `--source diag`. */
export interface Destroyed {
  readonly kind: 'destroyed';
  readonly netns: number;
  readonly bootUs: number;
  readonly offsetUs: number;
  readonly row: SocketRow;
}

/** Last words that the kernel dropped because they were not read fast enough; how many is not known. */
export interface DestroyedLoss {
  readonly kind: 'destroyed-loss';
  readonly netns: number;
  /** When everything up to then had been read, and when the loss was told. */
  readonly fromBootUs: number;
  readonly bootUs: number;
  readonly offsetUs: number;
}
