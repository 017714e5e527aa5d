/**
 * What the BPF programs report. Times are microseconds of CLOCK_BOOTTIME (`bootUs`, with a fraction): the clock of
 * bpf_ktime_get_boot_ns(). The pipeline turns them into wall time, with the offset that came with the batch.
 */
import { type FourTuple, portsOf } from './four-tuple.js';
import type { GapReason } from './gap.js';
import type { TcpState } from './tcp-state.js';

/** The task that ran a system call: its process, thread, and the process's command name (task_struct.comm, 15 bytes). */
export interface Task {
  readonly pid: number;
  readonly tid: number;
  readonly comm: string;
}

interface EventBase {
  readonly bootUs: number;
  /** Lower 48 bits of the `struct sock` address: unique among living sockets, reused at once; 0 if unknown. */
  readonly skaddr: number;
  /** Inode number of the network namespace (`readlink /proc/PID/ns/net`). */
  readonly netns: number;
  /** `portsOf` its four-tuple, where that costs less than the four-tuple; else left out. */
  readonly ports?: number;
}

/** The ports of an event, as `portsOf` gives them. */
export function eventPorts(event: { readonly ports?: number; readonly tuple: FourTuple }): number {
  return event.ports ?? portsOf(event.tuple);
}

/** One TCP state change: tracepoint sock:inet_sock_set_state (Linux 4.16). */
export interface TransitionEvent extends EventBase {
  readonly kind: 'transition';
  /** localPort is 0 at UNCONN -> SYN-SENT when the kernel has not chosen it yet. */
  readonly tuple: FourTuple;
  readonly oldState: TcpState;
  readonly newState: TcpState;
  /** sk->sk_err: 0 or an errno (111 refused, 104 reset, 110 timed out, 113 no route ...). */
  readonly error: number;
  /** sk_flags & (1 << SOCK_DONE), set when the peer's FIN is received (tcp_fin()): entering UNCONN from FIN-WAIT-1/2 or CLOSING with it, the kernel put a TIME-WAIT in place. */
  readonly done: boolean;
  /** sk->sk_cookie: what sock_diag calls idiag_cookie; 0 until it is first requested. */
  readonly cookie: number;
  /** Inode of the socket's file; 0 before accept() and after the last close(). */
  readonly inode: number;
  readonly uid: number;
  /** Id (kernfs inode) of the cgroup v2 of the socket's owner; 0 if unknown. */
  readonly cgroup: number;
  /** Only if the current task owns the socket: UNCONN -> SYN-SENT and UNCONN -> LISTEN. */
  readonly task: Task | undefined;
  /** File descriptor passed to connect(2); -1 without a connect call (io_uring, Fast Open, listen). */
  readonly fd: number;
  /** True if the event ran in process context (in a system call), not in softirq. */
  readonly inProcess: boolean;
  /** It is bound to an interface; reported where a socket is opened and where it is established. */
  readonly onInterface?: boolean;
  /** Totals of struct tcp_sock, filled on the way into UNCONN. */
  readonly totals: SocketTotals | undefined;
}

export interface SocketTotals {
  /** Payload bytes sent, retransmissions included (tcp_sock.bytes_sent, 4.19). */
  readonly bytesSent: number;
  /** The peer's FIN counts as one more. */
  readonly bytesReceived: number;
  readonly retransmits: number;
  /** Smoothed round-trip time in microseconds, 0 if never measured. */
  readonly rttUs: number;
}

/**
 * A connect(2) that returned: with an error at once (`result` < 0, possibly without any transition), or with EINPROGRESS
 * (-115), when it reports the local port. Successful blocking connects need no such event.
 */
export interface ConnectEvent extends EventBase {
  readonly kind: 'connect';
  readonly tuple: FourTuple;
  readonly task: Task;
  readonly fd: number;
  readonly result: number;
  /**
   * sk->sk_err_soft: the errno of an ICMP error that came while the call held the socket, 0 without one. The socket stays in
   * SYN-SENT; getsockopt(SO_ERROR) returns it (net/ipv4/tcp_ipv4.c, tcp_v4_err()).
   */
  readonly softError: number;
  readonly uid: number;
  readonly cookie: number;
  readonly inode: number;
  readonly cgroup: number;
}

/** An accept(2) or accept4(2) that returned the descriptor `fd` for the socket `skaddr`. */
export interface AcceptEvent extends EventBase {
  readonly kind: 'accept';
  readonly tuple: FourTuple;
  readonly task: Task;
  readonly fd: number;
  readonly uid: number;
  readonly cookie: number;
  readonly inode: number;
  readonly cgroup: number;
}

/** A segment sent again (tcp:tcp_retransmit_skb), or a SYN-ACK sent again for a half-open request (tcp:tcp_retransmit_synack). */
export interface RetransmitEvent extends EventBase {
  readonly kind: 'retransmit';
  readonly segment: 'SYN' | 'SYN-ACK' | 'data';
  /** For a SYN-ACK, `skaddr` is the listener's and the tuple is the request's. */
  readonly tuple: FourTuple;
  /** The socket's state then; undefined if the kernel does not report it. */
  readonly state: TcpState | undefined;
  /** 0, or the errno with which the attempt failed (6.17). */
  readonly error: number;
}

/** A RST sent (tcp:tcp_send_reset) or received (tcp:tcp_receive_reset). */
export interface ResetEvent extends EventBase {
  readonly kind: 'reset';
  readonly direction: 'sent' | 'received';
  readonly tuple: FourTuple;
  readonly state: TcpState | undefined;
  /** The kernel's name of why it was sent, e.g. `NO_SOCKET` (6.10); undefined if the kernel does not report it. */
  readonly reason: string | undefined;
  readonly cookie: number;
}

/** A socket error other than 0 (sock:inet_sk_error_report, 5.14). It has no skaddr: found by four-tuple. */
export interface ErrorEvent extends EventBase {
  readonly kind: 'error';
  readonly tuple: FourTuple;
  readonly error: number;
}

export type ProbeEvent = TransitionEvent | ConnectEvent | AcceptEvent | RetransmitEvent | ResetEvent | ErrorEvent;

/** Events that the kernel produced but the probe never received. */
export interface Loss {
  readonly fromBootUs: number;
  readonly toBootUs: number;
  /** undefined: all CPUs, or unknown. */
  readonly cpu: number | undefined;
  /** Exact count of lost events; undefined if it cannot be known (the tracer was not running). */
  readonly lost: number | undefined;
  readonly reason: GapReason;
}

/** One drain of the probe. `events` are in time order, and later batches hold no event before `throughBootUs`. */
export interface ProbeBatch {
  readonly kind: 'probe';
  readonly events: readonly ProbeEvent[];
  readonly losses: readonly Loss[];
  readonly throughBootUs: number;
  /** Wall clock minus boot clock when the batch was drained, in microseconds. */
  readonly offsetUs: number;
}
