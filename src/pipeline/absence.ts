/** How sockets end whose end was not observed: a dump no longer has them, or their timer has ended them. */
import type { Snapshot } from '../model/snapshot.js';
import type { CloseReason } from '../model/stored-codes.js';
import { type TcpState, TIMEWAIT_LIFE_US } from '../model/tcp-state.js';
import type { Ledger } from './ledger.js';
import { LATEST_TIMER_US, TIMER_SLACK_US } from './timer-wheel.js';
import type { TrackedSocket } from './tracked-socket.js';

/** A few steps later it is in TIME-WAIT. */
const MAY_WAIT: ReadonlySet<TcpState> = new Set<TcpState>(['ESTAB', 'FIN-WAIT-1', 'FIN-WAIT-2', 'CLOSING']);

/** When a dump was taken: where a socket was looked for is not known. */
type DumpTimes = Pick<Snapshot, 'startBootUs' | 'endBootUs'>;

/** A socket that is missing from a dump: it ended before the dump came to its place. */
export function closeAbsent(ledger: Ledger, socket: TrackedSocket, { startBootUs, endBootUs }: DumpTimes): void {
  const { timewait, expiresBootUs, evidenceBootUs, carried } = socket;
  // A late FIN may have restarted the timer of one that the run before left; it has, where the timer was due long before the last evidence.
  const isDue = expiresBootUs <= startBootUs + TIMER_SLACK_US && expiresBootUs > evidenceBootUs - LATEST_TIMER_US;
  if (timewait && !carried && isDue) {
    // A foreseen end is written already.
    if (socket.foreseenEnd === undefined) closeByTimer(ledger, socket, endBootUs);
    return;
  }
  if (!timewait && socket.state !== 'NEW-SYN-RECV') {
    ledger.continuityBreak(evidenceBootUs, endBootUs);
  }
  const goneBootUs = goneBy(socket) ?? endBootUs;
  ledger.close(socket, absentReason(socket), goneBootUs, 'snapshot', Math.min(evidenceBootUs, goneBootUs));
}

/** The same for the parked sockets of a netns that a complete dump does not have. Yields after each `most` of them. */
export function* closeAbsentParked(
  ledger: Ledger,
  { netns, startBootUs, endBootUs }: DumpTimes & Pick<Snapshot, 'netns'>,
  most: number,
): Generator<void, void, undefined> {
  const { parked } = ledger.table;
  if (parked.unshown === 0) return;
  let closed = 0;
  for (const slot of parked.slots(netns)) {
    if (parked.isShown(slot) || parked.changedAt(slot) >= startBootUs) continue;
    const isDue = parked.expiresAt(slot) <= startBootUs + TIMER_SLACK_US;
    if (isDue && parked.endAt(slot) !== undefined) continue;
    closeAbsent(ledger, ledger.table.unpark(slot), { startBootUs, endBootUs });
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
  for (const slot of parked.unforeseen === 0 ? [] : parked.slots()) {
    if (parked.endAt(slot) !== undefined) continue;
    const dueBootUs = parked.expiresAt(slot) + graceUs;
    if (dueBootUs <= bootUs) closeByTimer(ledger, ledger.table.unpark(slot), bootUs);
    else if (dueBootUs < nextBootUs) nextBootUs = dueBootUs;
  }
  // What the run before left waits for the first dump: its timer may have been restarted meanwhile.
  for (const socket of ledger.table) {
    if (!socket.timewait || socket.foreseenEnd !== undefined || socket.carried) continue;
    const dueBootUs = lastTimerOf(socket) + graceUs;
    if (dueBootUs <= bootUs) closeByTimer(ledger, socket, bootUs);
    else if (dueBootUs < nextBootUs) nextBootUs = dueBootUs;
  }
  return nextBootUs;
}

/** When its timer is due at the latest: the FIN of the other end makes a TIME-WAIT of an orphan in FIN-WAIT-2, and starts it again. */
function lastTimerOf({ state, expiresBootUs }: TrackedSocket): number {
  return state === 'FIN-WAIT-2' ? expiresBootUs + TIMEWAIT_LIFE_US : expiresBootUs;
}

/** The kernel's timer may be late: until then it may still have been seen. */
function closeByTimer(ledger: Ledger, socket: TrackedSocket, goneByBootUs: number): void {
  const latestBootUs = Math.min(lastTimerOf(socket) + LATEST_TIMER_US, goneByBootUs);
  const atBootUs = Math.max(socket.evidenceBootUs, latestBootUs);
  const reason: CloseReason = socket.state === 'TIME-WAIT' ? 'orderly' : 'timed out';
  ledger.close(socket, reason, atBootUs, 'timer', socket.evidenceBootUs);
}

/** When a full socket is known to have ended at the latest; undefined: it may have left a timewait socket, which outlives it. */
function goneBy({ timewait, state, destroyedBootUs, departedBootUs }: TrackedSocket): number | undefined {
  if (timewait) return undefined;
  return destroyedBootUs ?? (MAY_WAIT.has(state) ? undefined : departedBootUs);
}

/** The reason of an end that was not observed, from the last known state. */
function absentReason(socket: TrackedSocket): CloseReason {
  return socket.state === 'TIME-WAIT' || socket.state === 'LISTEN' ? 'orderly' : 'unknown';
}
