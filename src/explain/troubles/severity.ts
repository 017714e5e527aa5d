/** How bad a trouble is. */
import type { TroubleKind } from '../explanation.js';

/** Connections that cannot be made come first, then those that are stuck, then leaks; what is merely untidy comes last. */
export const WEIGHT: Readonly<Record<TroubleKind, number>> = {
  'port exhaustion': 80,
  'accept queue full': 76,
  'half-open flood': 72,
  'stale name': 70,
  'unanswered SYN': 66,
  'unanswered ARP': 66,
  'local firewall': 66,
  'no route': 64,
  'listener restart': 62,
  refused: 60,
  'connect failed': 60,
  'idle drop': 58,
  'timed out': 55,
  'unacknowledged data': 50,
  'self-connect': 50,
  'zero window': 48,
  'never accepted': 48,
  'CLOSE-WAIT leak': 45,
  'TIME-WAIT pile-up': 42,
  reset: 35,
  'deferred accept': 15,
  'FIN-WAIT-2 orphans': 10,
};
/** Added for each power of ten of connections. */
const PER_MAGNITUDE = 5;
const HIGHEST = 100;
/** The least weights of connections that cannot be made, of those that are stuck, and of leaks and resets. */
const [FAILED, STUCK, LEAKED] = [60, 48, 20];
/** The severity of what most hosts have: below all others. */
export const HARMLESS = 5;
/** What the end of a listener takes off the severity of its full queue. */
export const LESS_IF_GONE = 20;
/** The highest severity of connections that are stuck. */
export const MOST_OF_STUCK = FAILED - 1;

/** 0 - 100, the worse the higher. However many leak, they come after one that is stuck. */
export function severityOf(kind: TroubleKind, count: number): number {
  const weight = WEIGHT[kind];
  const most = weight >= FAILED ? HIGHEST : weight >= STUCK ? MOST_OF_STUCK : weight >= LEAKED ? STUCK - 1 : LEAKED - 1;
  return Math.min(most, Math.round(weight + PER_MAGNITUDE * Math.log10(Math.max(1, count))));
}
