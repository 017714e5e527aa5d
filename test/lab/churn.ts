import { fileURLToPath } from 'node:url';
import { numberOf } from './sstory.js';

/** scripts/bench/churn.c, compiled: makes and ends a number of connections on loopback. */
export const CHURN = fileURLToPath(new URL('../../churn', import.meta.url));

/** What it makes, as its comment says. */
export const CHURN_LISTENERS = 16;
/** Events of one connection that the probe reports: the transitions of both ends, and the accept. */
export const EVENTS_A_CONNECTION = 11;

/** A FIN-WAIT-2 that ends as a full socket may be recorded as a TIME-WAIT by a snapshot, so the client's last is left out. */
const CERTAIN_TRANSITIONS = 9;
const LISTENER_TRANSITIONS = 2;

/** The transitions of so many connections that only the probe can report, those of the listeners included. */
export function churnedTransitions(connections: number): number {
  return connections * CERTAIN_TRANSITIONS + CHURN_LISTENERS * LISTENER_TRANSITIONS;
}

/** How many of these are recorded of a network namespace. */
export function recordedTransitions(path: string, netns: number): number {
  return numberOf(
    path,
    `SELECT count(*) FROM connections c JOIN transitions t ON t.connection_id = c.id
     WHERE c.netns = ? AND t.source = 'probe' AND t.new_state <> 'TIME-WAIT'
       AND NOT (c.origin = 'connect' AND t.new_state = 'UNCONN')`,
    netns,
  );
}
