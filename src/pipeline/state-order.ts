/** Which states one socket can be in after another: net/ipv4/tcp_input.c, tcp_rcv_state_process(), and tcp.c, tcp_close_state(). */
import { codeOfState, maskOfStates, TCP_STATES, type TcpState } from '../model/tcp-state.js';

const CLOSED_HERE: readonly TcpState[] = ['FIN-WAIT-1', 'FIN-WAIT-2', 'CLOSING', 'TIME-WAIT'];
const CLOSED_THERE: readonly TcpState[] = ['CLOSE-WAIT', 'LAST-ACK'];
const AFTER_OPENING: readonly TcpState[] = ['ESTAB', ...CLOSED_HERE, ...CLOSED_THERE];

/** Without UNCONN, which ends a connection. */
const LATER: Readonly<Record<TcpState, readonly TcpState[]>> = {
  // Known by its destroy notification only.
  UNCONN: TCP_STATES,
  'SYN-SENT': ['SYN-RECV', ...AFTER_OPENING],
  'NEW-SYN-RECV': ['SYN-RECV', ...AFTER_OPENING],
  'SYN-RECV': ['NEW-SYN-RECV', ...AFTER_OPENING],
  ESTAB: [...CLOSED_HERE, ...CLOSED_THERE],
  'FIN-WAIT-1': ['FIN-WAIT-2', 'CLOSING', 'TIME-WAIT'],
  'FIN-WAIT-2': ['TIME-WAIT'],
  CLOSING: ['TIME-WAIT'],
  'CLOSE-WAIT': ['LAST-ACK'],
  'LAST-ACK': [],
  'TIME-WAIT': [],
  LISTEN: [],
};

/** By the kernel's code of the earlier state: the states that it may be in later, itself included. */
const LATER_MASKS = Int32Array.from({ length: 16 }, (_, code) => {
  const state = TCP_STATES.find((each) => codeOfState(each) === code);
  return state === undefined ? 0 : maskOfStates([state, ...LATER[state]]);
});

/** Whether a socket that was in one state may be in the other one now, without having been another connection in between. */
export function mayFollow(earlier: TcpState, later: TcpState): boolean {
  return ((LATER_MASKS[codeOfState(earlier)] ?? 0) & (1 << codeOfState(later))) !== 0;
}
