/**
 * TCP's state machine as Linux makes its steps: what may happen to a socket in a state, which of that passes the tracepoint
 * sock:inet_sock_set_state, and which states can follow which. Sources: net/ipv4/tcp_input.c (tcp_rcv_state_process, tcp_fin,
 * tcp_reset), tcp.c (new_state, tcp_close), tcp_minisocks.c (tcp_time_wait), tcp_timer.c.
 */
import type { CloseReason } from '../../../src/model/stored-codes.js';
import { shownState, type TcpState } from '../../../src/model/tcp-state.js';

/** Something that happens to a full socket: a segment, a timer, or a system call. */
export interface Happening {
  readonly to: TcpState | 'timewait';
  /** sk_err then. */
  readonly error?: number;
  /** In a system call of the process that has the socket. */
  readonly inProcess?: boolean;
  /** Why the connection ended, where it did. */
  readonly reason?: CloseReason;
}

const RESET: Happening = { to: 'UNCONN', error: 104, reason: 'reset by peer' };
const TIMED_OUT: Happening = { to: 'UNCONN', error: 110, reason: 'timed out' };
const ABORTED: Happening = { to: 'UNCONN', inProcess: true, reason: 'aborted' };
const DESTROYED: Happening = { to: 'UNCONN', error: 103, inProcess: true, reason: 'destroyed' };
const CLOSED: Happening = { to: 'FIN-WAIT-1', inProcess: true };

/** In the order in which stories choose them: the ordinary one first. */
export const HAPPENINGS: Readonly<Partial<Record<TcpState, readonly Happening[]>>> = {
  'SYN-SENT': [
    { to: 'ESTAB' },
    { to: 'UNCONN', error: 111, reason: 'refused' },
    { ...TIMED_OUT },
    { ...ABORTED },
    { to: 'SYN-RECV' },
    DESTROYED,
  ],
  'SYN-RECV': [{ to: 'ESTAB' }, { to: 'CLOSE-WAIT' }, CLOSED, RESET],
  ESTAB: [CLOSED, { to: 'CLOSE-WAIT' }, RESET, ABORTED, TIMED_OUT, DESTROYED],
  'FIN-WAIT-1': [{ to: 'FIN-WAIT-2' }, { to: 'CLOSING' }, RESET, TIMED_OUT],
  // tcp_time_wait() for TIME-WAIT itself, or for an orphan that still waits in FIN-WAIT-2.
  'FIN-WAIT-2': [{ to: 'timewait' }, { to: 'timewait', inProcess: true }, RESET],
  CLOSING: [{ to: 'timewait' }, RESET],
  'CLOSE-WAIT': [{ to: 'LAST-ACK', inProcess: true }, { to: 'UNCONN', error: 32, reason: 'reset by peer' }, ABORTED],
  'LAST-ACK': [{ to: 'UNCONN', reason: 'orderly' }, RESET, TIMED_OUT],
  LISTEN: [{ to: 'UNCONN', inProcess: true, reason: 'orderly' }],
};

/** Steps that no tracepoint reports, or that are derived from one that does. */
const UNTRACED: readonly (readonly [TcpState, TcpState])[] = [
  ['NEW-SYN-RECV', 'SYN-RECV'],
  ['NEW-SYN-RECV', 'UNCONN'],
  ['FIN-WAIT-2', 'TIME-WAIT'],
  ['CLOSING', 'TIME-WAIT'],
  ['TIME-WAIT', 'UNCONN'],
  ['FIN-WAIT-2', 'UNCONN'],
];

const OPENINGS: readonly (readonly [TcpState, TcpState])[] = [
  ['UNCONN', 'SYN-SENT'],
  ['UNCONN', 'LISTEN'],
  // The child begins as a copy of its listener: inet_csk_clone_lock().
  ['LISTEN', 'SYN-RECV'],
];

const key = (from: TcpState, to: TcpState) => `${shownState(from)}>${shownState(to)}`;

const steps = new Set<string>(
  [
    ...OPENINGS,
    ...UNTRACED,
    ...Object.entries(HAPPENINGS).flatMap(([from, list]) =>
      list.map(({ to }) => [from as TcpState, to === 'timewait' ? 'TIME-WAIT' : to] as const),
    ),
  ].map(([from, to]) => key(from, to)),
);

/** Whether the kernel makes this step at once. */
export function isStep(from: TcpState, to: TcpState): boolean {
  return steps.has(key(from, to));
}

const reached = new Map<string, ReadonlySet<string>>();

function reachableFrom(state: string): ReadonlySet<string> {
  const known = reached.get(state);
  if (known !== undefined) return known;
  const found = new Set<string>();
  // A listener's child is a socket of its own, and a socket that ended is another connection.
  const frontier = [state];
  for (let each = frontier.pop(); each !== undefined; each = frontier.pop()) {
    for (const step of steps) {
      const [from = '', to = ''] = step.split('>');
      if (from !== each || found.has(to) || (each === 'LISTEN' && to === 'SYN-RECV' && state !== 'LISTEN')) continue;
      found.add(to);
      if (to !== 'UNCONN') frontier.push(to);
    }
  }
  reached.set(state, found);
  return found;
}

/** Whether one connection can be in the second state after the first, with others in between. */
export function isReachable(from: TcpState, to: TcpState): boolean {
  // A passive socket that a dump finds first has no state before.
  if (from === 'UNCONN') return to !== 'UNCONN';
  return reachableFrom(shownState(from)).has(shownState(to));
}
