/** Bits of the column `states`: which states a connection was ever in. */
import { maskOfStates, type TcpState } from '../model/tcp-state.js';

/** The states of a connection whose handshake was completed. */
export const AFTER_HANDSHAKE: readonly TcpState[] = [
  'ESTAB',
  'FIN-WAIT-1',
  'FIN-WAIT-2',
  'TIME-WAIT',
  'CLOSE-WAIT',
  'LAST-ACK',
  'CLOSING',
];
/** Of connections whose handshake was completed. */
export const ESTABLISHED_MASK = maskOfStates(AFTER_HANDSHAKE);
export const FIN_WAIT_2_MASK = maskOfStates(['FIN-WAIT-2']);
export const HALF_OPEN_MASK = maskOfStates(['SYN-RECV', 'NEW-SYN-RECV']);
/** Of connects that failed at once: they never were in another state. */
export const NEVER_OPEN_MASK = maskOfStates(['UNCONN']);
