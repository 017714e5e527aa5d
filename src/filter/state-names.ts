import { isTcpState, TCP_STATES, type TcpState } from '../model/tcp-state.js';

const without = (states: readonly TcpState[], ...excluded: TcpState[]) =>
  states.filter((state) => !excluded.includes(state));

const CONNECTED = without(TCP_STATES, 'LISTEN', 'UNCONN');
/** States that the kernel keeps in a structure smaller than a socket. A half-open request is SYN-RECV to ss. */
const BUCKET: readonly TcpState[] = ['SYN-RECV', 'NEW-SYN-RECV', 'TIME-WAIT'];

const BOUND_INACTIVE = 'bound-inactive';

/** What ss lists when neither a flag nor a filter names states. */
export const DEFAULT_STATES: ReadonlySet<TcpState> = new Set(without(CONNECTED, ...BUCKET));

/** The words that ss accepts after `state` and `exclude`, in any letter case. */
const STATES_OF_NAME: ReadonlyMap<string, readonly TcpState[]> = new Map<string, readonly TcpState[]>([
  ['all', TCP_STATES],
  ['connected', CONNECTED],
  ['synchronized', without(CONNECTED, 'SYN-SENT')],
  ['bucket', BUCKET],
  ['big', without(TCP_STATES, ...BUCKET)],
  ['established', ['ESTAB']],
  ['syn-sent', ['SYN-SENT']],
  ['syn-recv', ['SYN-RECV', 'NEW-SYN-RECV']],
  // The kernel reports half-open requests, which ss has under this name, as SYN-RECV.
  ['syn-rcv', ['SYN-RECV', 'NEW-SYN-RECV']],
  ['fin-wait-1', ['FIN-WAIT-1']],
  ['fin-wait-2', ['FIN-WAIT-2']],
  ['time-wait', ['TIME-WAIT']],
  ['unconnected', ['UNCONN']],
  ['closed', ['UNCONN']],
  ['close', ['UNCONN']],
  ['close-wait', ['CLOSE-WAIT']],
  ['last-ack', ['LAST-ACK']],
  ['listening', ['LISTEN']],
  ['closing', ['CLOSING']],
  // What else ss shows as UNCONN is not reported by the kernel.
  [BOUND_INACTIVE, ['UNCONN']],
]);

/** The words for several states that include, for newer releases of ss, what is bound and nothing more, and half-open requests. */
const WITH_BOUND: ReadonlySet<string> = new Set(['all', 'connected', 'synchronized', 'big']);

/** How a word after `state` means the sockets that are bound and nothing more (Linux 6.8): not, by name, or with others. */
export function boundInactiveOf(name: string): 'named' | 'included' | undefined {
  const word = spelt(name);
  if (word === BOUND_INACTIVE) return 'named';
  return WITH_BOUND.has(word) ? 'included' : undefined;
}

export const STATE_NAMES: readonly string[] = [...STATES_OF_NAME.keys()];

/** As ss spells it: the kernel, netstat and others write `CLOSE_WAIT`, `FIN_WAIT1`. */
function spelt(name: string): string {
  return name
    .toLowerCase()
    .replace(/^fin_wait(?=[12]$)/, 'fin_wait_')
    .replaceAll('_', '-');
}

/**
 * The states that a word means; undefined for an unknown word. In addition to ss, the names that ss prints (`ESTAB`, `LISTEN`) are
 * accepted, and other spellings.
 */
export function statesOfName(name: string): readonly TcpState[] | undefined {
  const word = spelt(name);
  const printed = word.toUpperCase();
  return STATES_OF_NAME.get(word) ?? (isTcpState(printed) ? [printed] : undefined);
}
