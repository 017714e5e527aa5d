/**
 * The TCP states of Linux, under the names that ss prints.
 *
 * Codes are those of include/net/tcp_states.h; they have never changed.
 */

/** Index = kernel code; index 0 is unused. */
const NAME_OF_CODE = [
  undefined,
  'ESTAB',
  'SYN-SENT',
  'SYN-RECV',
  'FIN-WAIT-1',
  'FIN-WAIT-2',
  'TIME-WAIT',
  'UNCONN',
  'CLOSE-WAIT',
  'LAST-ACK',
  'LISTEN',
  'CLOSING',
  'NEW-SYN-RECV',
] as const;

/**
 * A TCP state as ss prints it. `UNCONN` is the kernel's TCP_CLOSE: not opened yet, or closed.
 * `NEW-SYN-RECV` is a half-open request, which ss prints as SYN-RECV.
 */
export type TcpState = NonNullable<(typeof NAME_OF_CODE)[number]>;

export const TCP_STATES: readonly TcpState[] = NAME_OF_CODE.filter((name) => name !== undefined);

const CODE_OF_NAME: ReadonlyMap<string, number> = new Map(
  NAME_OF_CODE.flatMap((name, code) => (name === undefined ? [] : [[name, code] as const])),
);

/** The state with a kernel code (1 - 12), or undefined for any other number. */
export function stateOfCode(code: number): TcpState | undefined {
  return NAME_OF_CODE[code];
}

/** The name that ss shows for a state: it shows a half-open request as SYN-RECV. */
export function shownState(state: TcpState): Exclude<TcpState, 'NEW-SYN-RECV'> {
  return state === 'NEW-SYN-RECV' ? 'SYN-RECV' : state;
}

/** The kernel's code (1 - 12) of a state. */
export function codeOfState(state: TcpState): number {
  return CODE_OF_NAME.get(state) ?? 0;
}

export function isTcpState(name: string): name is TcpState {
  return CODE_OF_NAME.has(name);
}

/** States as a bit mask, bit n for the state with the kernel's code n: `idiag_states` of sock_diag, `states` of the table socket. */
export function maskOfStates(states: Iterable<TcpState>): number {
  let mask = 0;
  for (const state of states) mask |= 1 << codeOfState(state);
  return mask;
}

/** In these the peer's FIN has been received. */
const AFTER_THEIR_FIN = maskOfStates(['CLOSE-WAIT', 'LAST-ACK', 'CLOSING', 'TIME-WAIT']);

/** Whether one of the states of a mask shows that the peer's FIN has been received. */
export function hasTheirFin(states: number): boolean {
  return (states & AFTER_THEIR_FIN) !== 0;
}

/**
 * Of a number of bytes received, those of data: the kernel counts the peer's FIN as one more, in `tcp_sock.bytes_received` and in Recv-Q
 * (net/ipv4/tcp_input.c, tcp_rcv_nxt_update() of the end sequence number, which includes the FIN).
 */
export function dataBytes(bytes: number, withFin: boolean): number {
  return withFin && bytes > 0 ? bytes - 1 : bytes;
}

/** TCP_TIMEWAIT_LEN of include/net/tcp.h, and the default of net.ipv4.tcp_fin_timeout, microseconds. */
export const TIMEWAIT_LIFE_US = 60_000_000;
