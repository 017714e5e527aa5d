/** The probe's half of the correlation: every event is matched to its socket, every transition becomes a step. */

import { portsAgree, portsOf } from '../model/four-tuple.js';
import type { Owner } from '../model/owner.js';
import { eventPorts, type ProbeEvent, type TransitionEvent } from '../model/probe-event.js';
import type { Origin } from '../model/stored-codes.js';
import { type TcpState, TIMEWAIT_LIFE_US } from '../model/tcp-state.js';
import { beginClaim, claimByTransition } from './claims.js';
import { endingOf, reasonOfConnectError } from './close-reason.js';
import { applyAccept, applyConnect, applyError, applyReset, applyRetransmit } from './event-notes.js';
import type { ForeseenEnds } from './foreseen-ends.js';
import { inferOwner } from './inferred-owner.js';
import type { Ledger } from './ledger.js';
import { learn, learnTask } from './socket-facts.js';
import type { SocketTable } from './socket-table.js';
import { mayFollow } from './state-order.js';
import { endHolders, endReplaced, giveUpCookie, holdersOf, isHeld, lastHeld, leaveAddress } from './succession.js';
import type { TrackedSocket } from './tracked-socket.js';

/** What the kernel reports to a socket that its own process disconnects, after the transition. */
const ECONNRESET = 104;

const NONE: readonly TrackedSocket[] = [];

/** What events need to know of the snapshots. */
export interface DumpTimes {
  /** Boot time of the last snapshot of a netns, undefined before the first. */
  lastSnapshot(netns: number): number | undefined;
  /** For how long complete dumps of a netns may leave a socket unseen, microseconds; undefined: for any time. */
  unseenUs(netns: number): number | undefined;
  /** A process that holds a socket now. */
  ownerOf(socket: TrackedSocket): Owner | undefined;
  /** accept(2) has returned it, boot time. */
  accepted(socket: TrackedSocket, bootUs: number): void;
}

/** Applies one event to the ledger. */
export function applyEvent(ledger: Ledger, event: ProbeEvent, dumps: DumpTimes, foreseen: ForeseenEnds): void {
  switch (event.kind) {
    case 'transition':
      applyTransition(ledger, event, dumps, foreseen);
      break;
    case 'accept':
      applyAccept(ledger, event, (socket) => dumps.accepted(socket, event.bootUs));
      break;
    case 'connect':
      applyConnect(ledger, event);
      break;
    case 'retransmit':
      applyRetransmit(ledger, event);
      break;
    case 'reset':
      applyReset(ledger, event);
      break;
    case 'error':
      applyError(ledger, event);
      break;
  }
}

function applyTransition(ledger: Ledger, event: TransitionEvent, dumps: DumpTimes, foreseen: ForeseenEnds): void {
  const { oldState, newState, bootUs } = event;
  const origin = originOfOpening(oldState, newState);
  const known = origin === undefined ? knownSocket(ledger, event) : undefined;
  if (known === undefined && oldState === 'UNCONN' && newState === 'UNCONN') {
    correctEnd(ledger, event);
    return;
  }
  const socket = origin === undefined ? findSocket(ledger, event, dumps, known) : openSocket(ledger, event, origin);
  learn(ledger, socket, event);
  if (origin === undefined) {
    claimByTransition(ledger, socket, event);
    if (socket.pid === undefined) inferOwner(ledger, socket, event, (listener) => dumps.ownerOf(listener));
    if (socket.state !== oldState) mendChain(ledger, socket, event);
  }
  if (newState === 'UNCONN') {
    endSocket(ledger, socket, event);
    if (socket.state === 'TIME-WAIT') foreseen.foresee(socket, dumps.unseenUs(socket.netns));
  } else if (socket.state !== newState) socket.enter(newState, bootUs, 'probe', undefined, oldState);
  ledger.touch(socket);
}

/** Undefined for a transition that opens nothing. */
function originOfOpening(oldState: TcpState, newState: TcpState): Origin | undefined {
  if (oldState === 'UNCONN') return newState === 'SYN-SENT' ? 'connect' : newState === 'LISTEN' ? 'listen' : undefined;
  return oldState === 'LISTEN' && newState === 'SYN-RECV' ? 'accept' : undefined;
}

/** A new socket: the previous one with its address, its cookie or its four-tuple has ended by now. */
function openSocket(ledger: Ledger, event: TransitionEvent, origin: Origin): TrackedSocket {
  const { bootUs, skaddr, netns, tuple, cookie, fd } = event;
  const { table } = ledger;
  const previous = table.atAddress(skaddr);
  if (previous !== undefined) leaveAddress(ledger, previous, bootUs);
  const holders = origin === 'connect' ? NONE : holdersOf(ledger, netns, tuple);
  const claims = origin === 'connect' && isHeld(ledger, netns, tuple);
  const request = origin === 'accept' ? halfOpenRequest(table, cookie, holders) : undefined;
  const disconnected = cookie === 0 ? undefined : table.withCookie(cookie);
  if (disconnected !== undefined && disconnected !== request) giveUpCookie(ledger, disconnected, bootUs);
  if (holders.length > 0)
    endReplaced(ledger, holders, bootUs, request?.wallUs(bootUs) ?? ledger.wallUs(bootUs), request);
  if (request !== undefined) {
    table.setAddress(request, skaddr);
    request.carried = false;
    request.becomeFull(bootUs);
    return request;
  }
  const socket = ledger.open({ netns, tuple, origin, bootUs, source: 'probe', skaddr, cookie });
  if (event.task !== undefined) learnTask(socket, event.task);
  if (fd >= 0) socket.fd = fd;
  table.add(socket);
  // Its cookie was made before: a dump may have shown it with another connection.
  if (cookie !== 0 && origin !== 'accept') table.ofNetns(netns).reused.add(cookie);
  if (claims) beginClaim(ledger, socket);
  socket.enter(event.newState, bootUs, 'probe', undefined, event.oldState);
  return socket;
}

/** The half-open request, known from a snapshot, that has now become this socket. */
function halfOpenRequest(
  table: SocketTable,
  cookie: number,
  holders: readonly TrackedSocket[],
): TrackedSocket | undefined {
  const named = table.withCookie(cookie);
  if (named?.state === 'NEW-SYN-RECV') return named;
  // The cookie is passed on: a request with another one was dropped.
  for (const each of holders) if (each.state === 'NEW-SYN-RECV' && each.cookie === undefined) return each;
  return undefined;
}

/** The socket of an event that opens nothing; an unknown one existed before the recording, or its opening was lost. */
function findSocket(
  ledger: Ledger,
  event: TransitionEvent,
  dumps: DumpTimes,
  known: TrackedSocket | undefined,
): TrackedSocket {
  if (known !== undefined) {
    if (known.skaddr === 0) ledger.table.setAddress(known, event.skaddr);
    if (known.carried) known.carried = dumps.lastSnapshot(event.netns) === undefined;
    return known;
  }
  const { bootUs, netns, tuple, skaddr, cookie, oldState } = event;
  const { unseen } = ledger.table.ofNetns(netns);
  const sinceBootUs = unseen.get(cookie) ?? dumps.lastSnapshot(netns) ?? Number.NEGATIVE_INFINITY;
  const lost = sinceBootUs > Number.NEGATIVE_INFINITY && bootUs > sinceBootUs;
  if (lost) ledger.continuityBreak(sinceBootUs, bootUs);
  const notBeforeBootUs = Math.max(lost ? sinceBootUs : Number.NEGATIVE_INFINITY, lastHeld(ledger, netns, tuple));
  endHolders(ledger, netns, tuple, bootUs);
  const origin = lost || notBeforeBootUs > Number.NEGATIVE_INFINITY ? originOfState(oldState) : 'before-recording';
  const socket = ledger.open({ netns, tuple, origin, bootUs, notBeforeBootUs, source: 'snapshot', skaddr, cookie });
  ledger.table.add(socket);
  socket.enter(oldState, bootUs, 'snapshot', notBeforeBootUs);
  return socket;
}

function knownSocket(ledger: Ledger, event: TransitionEvent): TrackedSocket | undefined {
  const { table } = ledger;
  const { skaddr, cookie, bootUs } = event;
  const there = table.atAddress(skaddr);
  if (there !== undefined) {
    if (isSame(there, event)) return there;
    leaveAddress(ledger, there, bootUs);
  }
  const named = table.withCookie(cookie);
  if (named !== undefined) {
    if (isSame(named, event)) return named;
    giveUpCookie(ledger, named, bootUs);
  }
  return withoutAddress(ledger, event);
}

function withoutAddress({ table }: Ledger, event: TransitionEvent): TrackedSocket | undefined {
  const { netns, tuple } = event;
  const isIt = (socket: TrackedSocket) => mayGetAddress(socket) && isSame(socket, event);
  const found = table.withTuple(netns, tuple).find(isIt);
  if (found !== undefined) return found;
  // Whose local port is not known: only if its cookie is.
  for (const socket of table.portlessLike(netns, tuple))
    if (socket.cookie === event.cookie && isIt(socket)) return socket;
  return undefined;
}

/** A socket that only dumps have shown so far, or one of the run before. */
function mayGetAddress({ skaddr, timewait, departedBootUs }: TrackedSocket): boolean {
  return skaddr === 0 && !timewait && departedBootUs === undefined;
}

/** Whether an event can be about a socket: otherwise its end was lost, and the opening of the other one. */
function isSame(socket: TrackedSocket, event: TransitionEvent): boolean {
  const { cookie, oldState } = event;
  if (!portsAgree(portsOf(socket.tuple), eventPorts(event))) return false;
  // A cookie that a dump has made is in every later event.
  if (socket.cookie !== undefined && socket.cookie !== cookie) return false;
  return socket.state === oldState || mayFollow(socket.state, oldState);
}

/** SYN-SENT is only reached by connecting, SYN-RECV mostly by accepting, LISTEN by listening; other states show no origin. */
function originOfState(state: TcpState): Origin {
  if (state === 'SYN-SENT') return 'connect';
  if (state === 'SYN-RECV') return 'accept';
  return state === 'LISTEN' ? 'listen' : 'unknown';
}

/**
 * A listener that SOCK_DESTROY ends is closed first, and closed again with the error: net/ipv4/tcp.c, tcp_abort(). What was only bound
 * has no connection that could end.
 */
function correctEnd(ledger: Ledger, event: TransitionEvent): void {
  const socket = ledger.table.lastAt(event.skaddr);
  const ending = endingOf(event);
  if (socket?.origin !== 'listen' || ending.kind !== 'closed' || ending.reason !== 'destroyed') return;
  if ((socket.cookie ?? 0) !== event.cookie || !portsAgree(portsOf(socket.tuple), eventPorts(event))) return;
  socket.closeReason = ending.reason;
  ledger.errorReports.expect(socket, event.error, event.bootUs);
  ledger.touch(socket);
}

/** The event starts from another state than the one known: the transition in between was missed. */
function mendChain(ledger: Ledger, socket: TrackedSocket, event: TransitionEvent): void {
  ledger.continuityBreak(socket.evidenceBootUs, event.bootUs);
  socket.enter(event.oldState, event.bootUs, 'snapshot', socket.evidenceBootUs);
}

function endSocket(ledger: Ledger, socket: TrackedSocket, event: TransitionEvent): void {
  const ending = endingOf(event);
  const isAborted = ending.kind === 'closed' && ending.reason === 'aborted';
  const reported = isAborted && event.inProcess ? ECONNRESET : event.error;
  if (reported !== 0) ledger.errorReports.expect(socket, reported, event.bootUs);
  if (ending.kind === 'closed') {
    const rejected = isAborted && event.oldState === 'SYN-SENT' ? ledger.errorReports.softErrorOf(socket) : undefined;
    const reason = rejected === undefined ? ending.reason : reasonOfConnectError(rejected);
    ledger.close(socket, reason, event.bootUs, 'probe');
    return;
  }
  ledger.table.forgetAddress(socket);
  socket.timewait = true;
  socket.expiresBootUs = event.bootUs + TIMEWAIT_LIFE_US;
  if (ending.kind === 'time-wait') {
    socket.closeReason = 'orderly';
    socket.enter('TIME-WAIT', event.bootUs, 'probe');
  } else {
    socket.changedBootUs = event.bootUs;
    socket.evidenceBootUs = event.bootUs;
  }
}
