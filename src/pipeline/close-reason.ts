import type { TransitionEvent } from '../model/probe-event.js';
import type { CloseReason } from '../model/stored-codes.js';
import type { TcpState } from '../model/tcp-state.js';

/** How a socket ended, as its transition into UNCONN shows it. */
export type Ending =
  /** The kernel put a TIME-WAIT socket in its place: net/ipv4/tcp_minisocks.c, tcp_time_wait(). */
  | { readonly kind: 'time-wait' }
  /** No process holds it, and it waits in FIN-WAIT-2 for the peer's FIN as a timewait socket. */
  | { readonly kind: 'orphan' }
  | { readonly kind: 'closed'; readonly reason: CloseReason };

/** errno values of include/uapi/asm-generic/errno.h; the kernel sets sk_err just before it closes the socket. */
const REASON_OF_ERROR: Readonly<Record<number, CloseReason>> = {
  32: 'reset by peer', // EPIPE: a RST in CLOSE-WAIT, tcp_reset()
  104: 'reset by peer', // ECONNRESET
  111: 'refused', // ECONNREFUSED: a RST in SYN-SENT
  110: 'timed out', // ETIMEDOUT
  101: 'unreachable', // ENETUNREACH
  112: 'unreachable', // EHOSTDOWN
  113: 'unreachable', // EHOSTUNREACH
  103: 'destroyed', // ECONNABORTED: tcp_abort(), called for SOCK_DESTROY
};

const ORPHANING: ReadonlySet<TcpState> = new Set<TcpState>(['FIN-WAIT-1', 'FIN-WAIT-2', 'CLOSING']);
const ABORTABLE: ReadonlySet<TcpState> = new Set<TcpState>(['SYN-SENT', 'SYN-RECV', 'ESTAB', 'CLOSE-WAIT']);

/** Derives how a socket ended from its transition into UNCONN. */
export function endingOf(event: Pick<TransitionEvent, 'oldState' | 'error' | 'done' | 'inProcess'>): Ending {
  const reason = REASON_OF_ERROR[event.error];
  // A listener has no peer: another error is left from a connection that the socket had before.
  if (event.oldState === 'LISTEN') return { kind: 'closed', reason: reason === 'destroyed' ? reason : 'orderly' };
  if (reason !== undefined) return { kind: 'closed', reason };
  if (event.error !== 0) return { kind: 'closed', reason: 'unknown' };
  if (event.done && ORPHANING.has(event.oldState)) return { kind: 'time-wait' };
  if (event.oldState === 'FIN-WAIT-2') return { kind: 'orphan' };
  if (event.oldState === 'LAST-ACK') return { kind: 'closed', reason: 'orderly' };
  // Without an error it was ended from this side: close() with SO_LINGER 0 or unread data, a connect given up, or a listener
  // closed before it accepted this child.
  return { kind: 'closed', reason: event.inProcess || ABORTABLE.has(event.oldState) ? 'aborted' : 'unknown' };
}

/** Why connect(2) failed, from its errno (positive). */
export function reasonOfConnectError(error: number): CloseReason {
  return REASON_OF_ERROR[error] ?? 'failed';
}
