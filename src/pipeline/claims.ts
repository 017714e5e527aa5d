/**
 * Connects from a port that was bound before: at SYN-SENT the four-tuple is known, but the kernel only then looks whether it is free, and
 * fails with EADDRNOTAVAIL where it is not (net/ipv4/tcp_ipv4.c, tcp_v4_connect(): tcp_set_state() before inet_hash_connect()). Until the
 * connect is known to have got it, the socket that had it, mostly a TIME-WAIT, stays as it is.
 */
import type { ConnectEvent, TransitionEvent } from '../model/probe-event.js';
import type { Ledger } from './ledger.js';
import { endParked, endReplaced, holdersOf } from './succession.js';
import type { TrackedSocket } from './tracked-socket.js';

/** The look-up fails within the same system call: by so long after SYN-SENT it has, microseconds. */
const DECIDED_AFTER_US = 10_000;
export const EADDRNOTAVAIL = 99;

/** A socket has begun to connect with a four-tuple that another one has. */
export function beginClaim(ledger: Ledger, socket: TrackedSocket): void {
  socket.claims = true;
  ledger.claimants.push(socket);
}

/**
 * A transition of a socket after SYN-SENT. One into UNCONN in its own process may be the failure itself, also with an error: that may be the one
 * of its last connection, which only a SYN clears (net/ipv4/tcp_output.c, tcp_connect_init()).
 */
export function claimByTransition(ledger: Ledger, socket: TrackedSocket, event: TransitionEvent): void {
  if (!socket.claims) return;
  if (event.newState !== 'UNCONN' || !event.inProcess) claim(ledger, socket);
}

/** The result of its connect(2). */
export function claimByResult(ledger: Ledger, socket: TrackedSocket, { result }: ConnectEvent): void {
  if (!socket.claims) return;
  if (result === -EADDRNOTAVAIL) socket.claims = false;
  else claim(ledger, socket);
}

/**
 * All events are received up to `throughBootUs`. Of one that ended without an error the result of connect(2) was lost: the next dump
 * shows who has the four-tuple.
 */
export function settleClaims(ledger: Ledger, throughBootUs: number): void {
  const { claimants } = ledger;
  let kept = 0;
  for (const socket of claimants) {
    if (!socket.claims) continue;
    if (socket.openedBootUs + DECIDED_AFTER_US > throughBootUs) claimants[kept++] = socket;
    else if (socket.closedUs === undefined) claim(ledger, socket);
    else socket.claims = false;
  }
  claimants.length = kept;
}

/** It has its four-tuple since it began to connect. */
function claim(ledger: Ledger, socket: TrackedSocket): void {
  const { netns, tuple, openedBootUs, openedUs } = socket;
  socket.claims = false;
  endParked(ledger, netns, tuple, openedBootUs, openedUs);
  if (ledger.table.isAlone(socket)) return;
  const earlier = holdersOf(ledger, netns, tuple).filter(
    (holder) => holder !== socket && holder.openedBootUs <= openedBootUs,
  );
  endReplaced(ledger, earlier, openedBootUs, openedUs);
}
