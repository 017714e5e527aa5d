/** What the segments that a socket sends do to both ends: the TCP of a network that loses nothing. */
import type { TrueLife } from './true-life.js';
import type { When, World } from './world.js';

/** States in which tcp_disconnect() sends a RST (tcp_need_reset() of net/ipv4/tcp.c). */
const RESETTING: ReadonlySet<string> = new Set(['ESTAB', 'CLOSE-WAIT', 'FIN-WAIT-1', 'FIN-WAIT-2', 'SYN-RECV']);

/** This end sends its FIN, by shutdown(2) or close(2). */
export function sendFin(world: World, life: TrueLife, when: When): void {
  const { peer } = life;
  if (life.state === 'ESTAB') {
    world.enter(life, 'FIN-WAIT-1', when);
    world.enterLater(life, 'FIN-WAIT-2', when);
    if (peer !== undefined) world.enterLater(peer, 'CLOSE-WAIT', when);
  } else if (life.state === 'CLOSE-WAIT') {
    world.enter(life, 'LAST-ACK', when);
    life.reason = 'orderly';
    world.enterLater(life, 'UNCONN', when);
    if (peer === undefined) return;
    peer.reason = 'orderly';
    world.enterLater(peer, 'TIME-WAIT', when);
  }
}

/** This end is reset here: close(2) with SO_LINGER 0 or unread data, connect(2) to AF_UNSPEC. */
export function abort(world: World, life: TrueLife, when: When): void {
  const { peer, state } = life;
  life.reason = 'aborted';
  world.enter(life, 'UNCONN', when);
  if (peer === undefined || !RESETTING.has(state)) return;
  life.events.push({ kind: 'reset', detail: 'sent' });
  receiveReset(world, peer, when);
}

/** A RST arrives. */
export function receiveReset(world: World, life: TrueLife, when: When): void {
  const isOrphan = life.heldUntil !== undefined && life.state === 'FIN-WAIT-2';
  if (!isOrphan) {
    life.reason = 'reset by peer';
    life.events.push({ kind: 'reset', detail: 'received' });
    life.events.push({ kind: 'error', detail: life.state === 'CLOSE-WAIT' ? 'EPIPE' : 'ECONNRESET' });
  }
  world.enterLater(life, 'UNCONN', when);
}

/** The last descriptor of a socket is closed. `resets`: SO_LINGER 0. */
export function closeLast(world: World, life: TrueLife, resets: boolean, when: When): void {
  if (life.state === 'LISTEN') closeListener(world, life, when);
  else if (life.unread > 0 || resets || life.state === 'SYN-SENT') abort(world, life, when);
  else sendFin(world, life, when);
}

/** Connections that no process has accepted are reset. */
function closeListener(world: World, listener: TrueLife, when: When): void {
  for (const life of world.queueOf(listener)) if (life.isOpen) abort(world, life, when);
  listener.reason = 'orderly';
  world.enter(listener, 'UNCONN', when);
}

/** Data to an end that nobody holds: the answer is a RST, and both ends are gone. */
export function sendToOrphan(world: World, life: TrueLife, orphan: TrueLife, bytes: number, when: When): void {
  life.sent += bytes;
  life.unsureSent = bytes;
  receiveReset(world, life, when);
  world.enterLater(orphan, 'UNCONN', when);
}
