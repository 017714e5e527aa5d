/** Colours of states on a terminal (ECMA-48 SGR): bright for those that need attention. */
import type { TcpState } from '../model/tcp-state.js';

/** How a state's name is shown: plain, or in its colour. */
export type Paint = (state: TcpState, text: string) => string;

const RESET = '\x1b[0m';

const CODES: Readonly<Record<TcpState, string>> = {
  ESTAB: '32',
  LISTEN: '36',
  'SYN-SENT': '1;33',
  'SYN-RECV': '1;33',
  'NEW-SYN-RECV': '1;33',
  'CLOSE-WAIT': '1;31',
  'LAST-ACK': '31',
  'FIN-WAIT-1': '35',
  'FIN-WAIT-2': '35',
  CLOSING: '35',
  'TIME-WAIT': '90',
  UNCONN: '90',
};

/** `text` in the colour of a state. */
export function coloured(state: TcpState, text: string): string {
  return `\x1b[${CODES[state]}m${text}${RESET}`;
}

/** `text` as it is. */
export function plain(_state: TcpState, text: string): string {
  return text;
}
