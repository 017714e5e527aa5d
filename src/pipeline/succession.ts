/**
 * How one socket follows another: on its `struct sock`, or on its four-tuple, which only one connection holds at a time, unless they are
 * bound to different interfaces.
 */
import type { FourTuple } from '../model/four-tuple.js';
import type { Ledger } from './ledger.js';
import type { TrackedSocket } from './tracked-socket.js';

/** The wall clock runs at another speed than the boot clock, at most 500 ppm (adjtimex(2)); more than this is a step, microseconds. */
const STEP_US = 1_000_000;
const NONE: readonly TrackedSocket[] = [];

/**
 * Another socket has its `struct sock` at `bootUs`: the full socket has ended unseen. It may live on in TIME-WAIT, so the next complete
 * dump ends the connection.
 */
export function leaveAddress(ledger: Ledger, socket: TrackedSocket, bootUs: number): void {
  ledger.continuityBreak(socket.evidenceBootUs, bootUs);
  ledger.table.forgetAddress(socket);
  socket.departedBootUs = bootUs;
}

/** A socket has ended unseen: another one has its cookie or its four-tuple at `bootUs`. */
export function endUnseen(ledger: Ledger, socket: TrackedSocket, bootUs: number, atUs = ledger.wallUs(bootUs)): void {
  const { state, timewait, evidenceBootUs } = socket;
  if (!timewait && state !== 'NEW-SYN-RECV') ledger.continuityBreak(evidenceBootUs, bootUs);
  const atBootUs = replacedBootUs(socket, bootUs, atUs);
  const reason = state === 'TIME-WAIT' || state === 'LISTEN' ? 'orderly' : 'unknown';
  ledger.close(socket, reason, atBootUs, 'snapshot', Math.min(evidenceBootUs, atBootUs));
}

/** Another socket has its cookie at `bootUs`: it is the same full socket, connected again. A TIME-WAIT that it has left goes on beside it. */
export function giveUpCookie(ledger: Ledger, socket: TrackedSocket, bootUs: number): void {
  if (socket.state === 'TIME-WAIT') ledger.table.leaveCookie(socket);
  else endUnseen(ledger, socket, bootUs);
}

/** A socket is found to have this four-tuple: every other one that had it has ended by then. */
export function endHolders(ledger: Ledger, netns: number, tuple: FourTuple, bootUs: number): void {
  const atUs = ledger.wallUs(bootUs);
  for (const old of holdersOf(ledger, netns, tuple)) endUnseen(ledger, old, bootUs, atUs);
}

/** The open sockets with a four-tuple that only one can have. Of one that is bound to an interface, the next dump shows whether it has ended. */
export function holdersOf({ table }: Ledger, netns: number, tuple: FourTuple): readonly TrackedSocket[] {
  if (isShareable(tuple)) return NONE;
  const holders = table.withTuple(netns, tuple);
  return holders.some(isBound) ? holders.filter((each) => !isBound(each)) : holders;
}

/** Whether `holdersOf` has any: where it only matters that there is one, a TIME-WAIT stays in compact form. */
export function isHeld({ table }: Ledger, netns: number, tuple: FourTuple): boolean {
  if (isShareable(tuple)) return false;
  for (const each of table.unparkedWithTuple(netns, tuple)) if (!isBound(each)) return true;
  const { parked } = table;
  for (const slot of parked.withTuple(netns, tuple)) if (!parked.isOnInterface(slot)) return true;
  return false;
}

/**
 * As `endReplaced` of the TIME-WAITs that are in compact form, without an object for each. Those of which it is not certain that the reuse of
 * their four-tuple ended them are left.
 */
export function endParked(ledger: Ledger, netns: number, tuple: FourTuple, bootUs: number, atUs: number): void {
  const { parked } = ledger.table;
  if (isShareable(tuple)) return;
  for (const slot of parked.withTuple(netns, tuple)) {
    const atBootUs = bootUs - aheadOf(parked.wallUsAt(slot, bootUs) - atUs);
    const isCertain =
      parked.openedAt(slot) <= bootUs && parked.changedAt(slot) <= atBootUs && parked.expiresAt(slot) > bootUs;
    if (isCertain && !parked.isOnInterface(slot)) ledger.parkedEnds.replace(slot, atBootUs);
  }
}

function isBound({ onInterface }: TrackedSocket): boolean {
  return onInterface;
}

/** A socket was opened at `bootUs`, and wall time `atUs`, with the four-tuple of these: each that is not the same has ended. */
export function endReplaced(
  ledger: Ledger,
  holders: readonly TrackedSocket[],
  bootUs: number,
  atUs: number,
  opened?: TrackedSocket,
): void {
  for (const old of holders) {
    if (old === opened || old.closedUs !== undefined) continue;
    if (old.timewait) replaceTimewait(ledger, old, bootUs, atUs);
    else endUnseen(ledger, old, bootUs, atUs);
  }
}

/** The last time at which an open connection is known to have held a four-tuple, boot time; minus infinity without one. */
export function lastHeld(ledger: Ledger, netns: number, tuple: FourTuple): number {
  let bootUs = Number.NEGATIVE_INFINITY;
  for (const { evidenceBootUs } of holdersOf(ledger, netns, tuple)) bootUs = Math.max(bootUs, evidenceBootUs);
  return bootUs;
}

/** Whether the socket that has a four-tuple was opened, or changed, at or after a boot time. */
export function isHeldSince(ledger: Ledger, netns: number, tuple: FourTuple, bootUs: number): boolean {
  return holdersOf(ledger, netns, tuple).some(({ changedBootUs }) => changedBootUs >= bootUs);
}

/** Listeners share theirs, and before a port is chosen it is not one. */
function isShareable({ localPort, remotePort }: FourTuple): boolean {
  return localPort === 0 || remotePort === 0;
}

/**
 * The four-tuple of a TIME-WAIT (or an orphan) is used again, which ends it. Where its timer was due, or it was last seen by another
 * run, it may have ended before.
 */
function replaceTimewait(ledger: Ledger, old: TrackedSocket, bootUs: number, atUs: number): void {
  const atBootUs = replacedBootUs(old, bootUs, atUs);
  const reason = old.state === 'TIME-WAIT' ? 'orderly' : 'unknown';
  // A dump has shown it until later than it can have ended.
  const isShownLater = atBootUs > bootUs;
  const isCertain = old.state === 'TIME-WAIT' && !old.carried && !isShownLater && old.expiresBootUs > bootUs;
  ledger.close(old, reason, atBootUs, 'probe', isCertain ? undefined : Math.min(old.evidenceBootUs, bootUs));
}

/**
 * When a replaced socket ended, so that on its own clock it does not end after the other one begins: each connection keeps the
 * difference of the two clocks that it was opened with.
 */
function replacedBootUs(old: TrackedSocket, bootUs: number, atUs: number): number {
  return Math.max(bootUs - aheadOf(old.wallUs(bootUs) - atUs), old.changedBootUs);
}

/** By how much the clock of one connection is ahead of that of another one; 0 where it is behind, or was stepped. */
function aheadOf(aheadUs: number): number {
  return aheadUs > 0 && aheadUs < STEP_US ? aheadUs : 0;
}
