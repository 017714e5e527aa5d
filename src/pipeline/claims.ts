/**
 * Connects from a port that was bound before: at SYN-SENT the four-tuple is known, but the kernel only then looks whether it is free, and
 * fails with EADDRNOTAVAIL where it is not (net/ipv4/tcp_ipv4.c, tcp_v4_connect(): tcp_set_state() before inet_hash_connect()). Until the
 * connect is known to have got it, the socket that had it, mostly a TIME-WAIT, stays as it is.
 */
import type { ConnectEvent, TransitionEvent } from '../model/probe-event.js';
import type { Ledger } from './ledger.js';
import { endReplaced, holdersOf } from './succession.js';
import type { TrackedSocket } from './tracked-socket.js';

/** The look-up fails within the same system call: by so long after SYN-SENT it has, microseconds. */
const DECIDED_AFTER_US = 10_000;
const EADDRNOTAVAIL = 99;

export class Claims {
  /** Sockets whose four-tuple another one had when they began to connect. */
  private readonly open = new Set<TrackedSocket>();

  add(socket: TrackedSocket): void {
    this.open.add(socket);
  }

  /** A transition after SYN-SENT. One into UNCONN without an error may be the failure itself. */
  onTransition(ledger: Ledger, socket: TrackedSocket, { newState, error }: TransitionEvent): void {
    if (this.open.size === 0 || !this.open.has(socket)) return;
    if (newState !== 'UNCONN' || error !== 0) this.settle(ledger, socket);
  }

  onConnect(ledger: Ledger, socket: TrackedSocket, { result }: ConnectEvent): void {
    if (this.open.size === 0 || !this.open.has(socket)) return;
    if (result === -EADDRNOTAVAIL) this.open.delete(socket);
    else this.settle(ledger, socket);
  }

  /**
   * All events are received up to `throughBootUs`. Of one that ended without an error the result of connect(2) was lost: the next dump
   * shows who has the four-tuple.
   */
  settleBefore(ledger: Ledger, throughBootUs: number): void {
    for (const socket of this.open) {
      if (socket.openedBootUs + DECIDED_AFTER_US > throughBootUs) continue;
      if (socket.closedUs === undefined) this.settle(ledger, socket);
      else this.open.delete(socket);
    }
  }

  /** It has its four-tuple since it began to connect. */
  private settle(ledger: Ledger, socket: TrackedSocket): void {
    this.open.delete(socket);
    const earlier = holdersOf(ledger, socket.netns, socket.tuple).filter(
      (holder) => holder !== socket && holder.openedBootUs <= socket.openedBootUs,
    );
    endReplaced(ledger, earlier, socket.openedBootUs, socket.openedUs);
  }
}
