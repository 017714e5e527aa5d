/** What lanes show, the worst first, without the colours: palette.ts has those. */
import type { Paint } from '../server/contract.js';

/** As in PAINTS of the contract, which is not imported: it would bring its schemas into the page. */
export const PAINT_ORDER: readonly Paint[] = [
  'reset',
  'refused',
  'timed-out',
  'failed',
  'SYN-SENT',
  'CLOSE-WAIT',
  'SYN-RECV',
  'LAST-ACK',
  'FIN-WAIT-1',
  'CLOSING',
  'FIN-WAIT-2',
  'ESTAB',
  'TIME-WAIT',
  'LISTEN',
];
/** A paint with a smaller index is a trouble. */
export const FIRST_CALM = PAINT_ORDER.indexOf('SYN-RECV');
