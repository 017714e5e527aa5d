/** How sockets end whose end was not observed: a dump no longer has them, or their timer has ended them. */
import type { CloseReason } from '../model/stored-codes.js';
import type { Ledger } from './ledger.js';
import { TIMER_SLACK_US } from './timer-wheel.js';
import type { TrackedSocket } from './tracked-socket.js';

/** A socket that is missing from a dump: it ended before the dump began. */
export function closeAbsent(ledger: Ledger, socket: TrackedSocket, startBootUs: number): void {
  if (socket.timewait && socket.expiresBootUs <= startBootUs + TIMER_SLACK_US) {
    // A foreseen end is written already.
    if (socket.foreseenEnd === undefined) closeByTimer(ledger, socket, startBootUs);
    return;
  }
  if (!socket.timewait && socket.state !== 'NEW-SYN-RECV') {
    ledger.continuityBreak(socket.evidenceBootUs, startBootUs);
  }
  // A destroy notification was about the full socket: a timewait socket outlives it.
  const goneBootUs = (socket.timewait ? undefined : socket.destroyedBootUs) ?? startBootUs;
  ledger.close(socket, absentReason(socket), goneBootUs, 'snapshot', Math.min(socket.evidenceBootUs, goneBootUs));
}

/** The same for the parked sockets of a netns that a complete dump does not have. Yields after each `most` of them. */
export function* closeAbsentParked(
  ledger: Ledger,
  netns: number,
  startBootUs: number,
  most: number,
): Generator<void, void, undefined> {
  const { parked } = ledger.table;
  let closed = 0;
  for (const slot of parked.slots(netns)) {
    if (parked.isShown(slot) || parked.changedAt(slot) >= startBootUs) continue;
    const isDue = parked.expiresAt(slot) <= startBootUs + TIMER_SLACK_US;
    if (isDue && parked.endAt(slot) !== undefined) continue;
    closeAbsent(ledger, ledger.table.unpark(slot), startBootUs);
    if (++closed % most === 0) yield;
  }
}

/**
 * Without snapshots for a while, the timers alone end TIME-WAIT and orphans, so long after they are due. Returns when the next of
 * them is to be ended, boot time.
 */
export function expireTimewaits(ledger: Ledger, bootUs: number, graceUs: number): number {
  let nextBootUs = Number.POSITIVE_INFINITY;
  const { parked } = ledger.table;
  for (const slot of parked.slots()) {
    if (parked.endAt(slot) !== undefined) continue;
    const dueBootUs = parked.expiresAt(slot) + graceUs;
    if (dueBootUs <= bootUs) closeByTimer(ledger, ledger.table.unpark(slot));
    else if (dueBootUs < nextBootUs) nextBootUs = dueBootUs;
  }
  for (const socket of ledger.table) {
    if (!socket.timewait || socket.foreseenEnd !== undefined) continue;
    const dueBootUs = socket.expiresBootUs + graceUs;
    if (dueBootUs <= bootUs) closeByTimer(ledger, socket);
    else if (dueBootUs < nextBootUs) nextBootUs = dueBootUs;
  }
  return nextBootUs;
}

function closeByTimer(ledger: Ledger, socket: TrackedSocket, goneByBootUs = Number.POSITIVE_INFINITY): void {
  const atBootUs = Math.max(socket.evidenceBootUs, Math.min(socket.expiresBootUs, goneByBootUs));
  const reason: CloseReason = socket.state === 'TIME-WAIT' ? 'orderly' : 'timed out';
  ledger.close(socket, reason, atBootUs, 'timer', socket.evidenceBootUs);
}

/** The reason of an end that was not observed, from the last known state. */
function absentReason(socket: TrackedSocket): CloseReason {
  return socket.state === 'TIME-WAIT' || socket.state === 'LISTEN' ? 'orderly' : 'unknown';
}
